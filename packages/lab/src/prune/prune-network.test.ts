import { countOnes, maskHas, UserError } from '@winnow/arithmetic';
import { digestParameters, evaluateParameters, fullMasks, loadBackend, weightCount } from '@winnow/engine';
import type { LoadedNetwork } from '@winnow/formats';
import { criterionByName } from '@winnow/tickets';
import { describe, expect, it } from 'vitest';
import { findTicket } from '../find/find-ticket.js';
import { tinyInput, tinyLaidOut, tinyNetwork } from '../testing/experiments.js';
import { type PruneNetworkOptions, pruneNetwork } from './prune-network.js';

async function trained(): Promise<LoadedNetwork> {
  const { levels } = await findTicket({ ...tinyInput(), network: tinyNetwork, data: tinyInput().data, rounds: 0 });
  const { parameters } = await levels[0].trained();
  return { network: tinyNetwork, masks: fullMasks(tinyNetwork), parameters };
}

async function options(changes: Partial<PruneNetworkOptions> = {}): Promise<PruneNetworkOptions> {
  return {
    ...{ backend: await loadBackend(), data: tinyLaidOut(), criterion: criterionByName('large-final') },
    ...{ scope: 'global', iterations: 0, seed: 1, name: 'a.onnx', ...changes },
  };
}

describe('a network of other software', () => {
  it('keeps its largest weights, over all layers, as they are', async () => {
    const whole = await trained();
    const asked = await options({ density: 0.2 });
    const pruned = pruneNetwork(whole, asked);
    const sizes = whole.parameters.flatMap(({ weights }) => [...weights].map(Math.abs)).sort((a, b) => b - a);
    const kept = Math.round(weightCount(tinyNetwork) / 5);
    expect([pruned.weights, pruned.density]).toEqual([kept, kept / weightCount(tinyNetwork)]);
    for (const [l, { weights }] of whole.parameters.entries()) {
      const survivors = [...weights].filter((weight) => Math.abs(weight) >= sizes[kept - 1]);
      expect([...pruned.parameters[l].weights]).toEqual(survivors);
      expect(countOnes(pruned.masks[l])).toBe(survivors.length);
      expect([...weights].every((weight, i) => maskHas(pruned.masks[l], i) === survivors.includes(weight))).toBe(true);
    }
    const { backend, data } = asked;
    const accuracy = (of: LoadedNetwork) => evaluateParameters({ backend, data, ...of }, 'test').accuracy;
    expect(pruned.testAccuracy).toEqual({ before: accuracy(whole), pruned: accuracy(pruned), after: accuracy(pruned) });
    expect(pruned.digest).toBe(digestParameters(pruned.parameters));
  });

  it('trains the survivors on, and without a density only that', async () => {
    const whole = await trained();
    const iterations: number[] = [];
    const asked = { iterations: 30, rate: 0.01, onProgress: (iteration: number) => iterations.push(iteration) };
    const sparse = pruneNetwork(whole, await options({ density: 0.2, ...asked }));
    expect(iterations.at(-1)).toBe(30);
    const still = pruneNetwork(whole, await options({ density: 0.2 }));
    expect(sparse.masks).toEqual(still.masks);
    expect(sparse.digest).not.toBe(still.digest);
    expect(pruneNetwork(whole, await options(asked)).density).toBe(1);
    expect(pruneNetwork(whole, await options()).digest).toBe(digestParameters(whole.parameters));
  });

  it('is refused where less is left than what is asked for', async () => {
    const sparse = pruneNetwork(await trained(), await options({ density: 0.2 }));
    const asked = await options({ density: 0.5 });
    expect(() => pruneNetwork(sparse, asked)).toThrow(UserError);
    expect(() => pruneNetwork(sparse, asked)).toThrow('a.onnx has 20.0 % of its weights left already.');
  });
});

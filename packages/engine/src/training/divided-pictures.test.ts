import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { initialParameters } from '../initialisation/initial.js';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import {
  batchNorm,
  convolution,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  relu,
  residual,
} from '../network/layers.js';
import { compilePlan } from '../plan/compile.js';
import { decode } from '../plan/encode.js';
import { recipeFor } from '../recipe/normalise.js';
import { finish } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { startTraining } from './start.js';

// Pictures as large as is worth dividing.
const net = network('wide', { channels: 1, height: 16, width: 16 }, [
  convolution(10),
  relu(),
  residual([convolution(10)]),
  residual([convolution(10), batchNorm()]),
  relu(),
  dropout(0.2),
  globalAveragePool(),
  flatten(),
  dense(3),
]);
const data = syntheticData({ features: 256, classes: 3, train: 100, validation: 10, test: 10, seed: 3 });
const masks = fullMasks(net);
const recipe = recipeFor(net, { optimizer: { name: 'adam', rate: 0.01 }, batch: 60, iterations: 2, evaluateEvery: 2 });
const start = initialParameters(net, masks, recipe.initialisation, { seed: 1, trial: 0, draw: { kind: 'initial' } });
const native = (await availableBackends()).filter(({ name }) => name === 'native');

/** Instructions of a training step with a division in front of them. */
function divided(threads: number): ReadonlySet<string> {
  const plan = compilePlan({ network: net, masks, data, training: recipe, threads });
  const words = new Int32Array(plan.words);
  for (const { region, values } of plan.contents)
    words.set(new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2), region.offset);
  const program = decode(words, plan.training!.program.offset);
  expect(plan.threads).toBe(threads);
  return new Set(program.filter((_, i) => program[i - 1]?.op === 'divide').map(({ op }) => op));
}

describe('threads that share pictures', () => {
  it('divide what passes over values too: norms, sums, gradients of biases and at shortcuts, dropout', () => {
    expect(divided(1)).toEqual(new Set());
    for (const op of ['batchNorm', 'batchNormUpdate', 'add', 'addGradient', 'dropout', 'convolutionBiasUpdate'])
      expect(divided(3), op).toContain(op);
  });

  it.each(native)('give the bits of one on $isa', (backend) => {
    const digests = [1, 2, 3].map((threads) => {
      const run = startTraining({
        ...{ backend, threads, network: net, masks, start, recipe, data },
        ...{ seed: 1, trial: 0, startIteration: 0 },
      });
      finish(run);
      const { digest } = run.result();
      run.close();
      return digest;
    });
    expect(new Set(digests).size).toBe(1);
  });
});

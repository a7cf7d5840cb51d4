import { countOnes, maskIndices } from '@winnow/arithmetic';
import { dense, fullMasks, network, survivorsOf } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { criterionByName } from '../criteria/index.js';
import { heuristicMasks, onePowerDensities, sweepLayers } from './heuristic.js';

const net = network('two', 2, [dense(3), dense(2)]);
const tensors = (...values: readonly (readonly number[])[]) =>
  survivorsOf(
    net,
    fullMasks(net),
    values.map((layer) => Float32Array.from(layer)),
  );

describe('heuristic masks', () => {
  const values = {
    initial: tensors([1, -1, 1, 1, -1, 1], [1, 1, 1, -1, -1, -1]),
    final: tensors([3, 4, -5, 1, -6, 2], [0, 1, 2, 3, -4, -5]),
  };
  const masks = heuristicMasks(net, values, criterionByName('large-final-same-sign'), { seed: 1, trial: 0 });

  it('keep the largest final weights whose sign has stayed', () => {
    const [first, second] = masks([0.5, 0.5]);
    expect([...maskIndices(first)]).toEqual([0, 4, 5]);
    expect([...maskIndices(second)]).toEqual([2, 4, 5]);
  });

  it('are made once for each layer and density', () => {
    const [first, second] = masks([0.5, 0.25]);
    const [again, other] = masks([0.5, 0.75]);
    expect(again).toBe(first);
    expect(other).not.toBe(second);
  });

  it('keep each layer at its own density, and one weight at least', () => {
    expect(masks([1, 0.01]).map(countOnes)).toEqual([6, 1]);
  });
});

describe('one pruning power', () => {
  it('prunes the output layer at half the rate', () => {
    expect(onePowerDensities(3, 0.5, 2)).toEqual([
      { power: 1, densities: [0.5, 0.5, 0.75] },
      { power: 2, densities: [0.25, 0.25, 0.5625] },
    ]);
  });
});

describe('the sweep over layers', () => {
  it('finds densities that no single power has', async () => {
    const [a, b] = [0.85 * 0.85, 0.85 * 0.85 * 0.85 * 0.85 * 0.85];
    const judge = async ([x, y]: readonly number[]) => 1 - Math.abs(x - a) - Math.abs(y - b);
    const start = { densities: [0.5, 0.5], accuracy: await judge([0.5, 0.5]) };
    const best = await sweepLayers(start, judge);
    expect(best.densities).toEqual([a, b]);
  });

  it('stays where it starts if nothing is better', async () => {
    const start = { densities: [0.3, 0.3], accuracy: 1 };
    expect(await sweepLayers(start, async () => 0.9)).toBe(start);
  });
});

import { maskFromIndices, maskIndices } from '@winnow/arithmetic';
import type { Masks, Parameters } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { frozenMasks, keptUnder, laidOver, type RoundBefore, storedMasks } from './mask-0.js';

// One layer of eight weights: 0 and 1 are frozen already, 2 to 7 were kept, 2 and 6 and 7 stay so.
const one = (values: readonly number[], biases: readonly number[] = []): Parameters => [
  { weights: Float32Array.from(values), biases: Float32Array.from(biases) },
];
const masks = (...positions: number[]): Masks => [maskFromIndices(8, positions)];
const places = (of: Masks | null) => of && [...maskIndices(of[0])];

const kept = masks(2, 6, 7);
const before: RoundBefore = {
  kept: masks(2, 3, 4, 5, 6, 7),
  //           2    3    4   5  6    7
  began: one([1, -0.5, 0.5, 0, -1, 0.25]),
  // nearer 0, as far on the other side, away, away from 0, past 0 and nearer, away.
  ended: one([0.5, 0.5, 1, 0.1, 0.9, -2]),
  frozen: masks(0, 1),
};
const nothingFrozen = { ...before, frozen: null };

describe('what becomes of pruned weights', () => {
  it('zero: none is frozen', () => {
    expect(frozenMasks('zero', kept, before)).toBe(null);
  });

  it('frozen: all that are pruned, now and before', () => {
    expect(places(frozenMasks('frozen', kept, before))).toEqual([0, 1, 3, 4, 5]);
    expect(places(frozenMasks('frozen', kept, nothingFrozen))).toEqual([3, 4, 5]);
  });

  it('variants: those that moved toward zero are gone; a tie did not move toward it', () => {
    expect(places(frozenMasks('variant-1', masks(3, 4), nothingFrozen))).toEqual([5, 7]);
    expect(places(frozenMasks('variant-1', kept, before))).toEqual([0, 1, 3, 4, 5]);
    expect(places(frozenMasks('variant-2', masks(3, 4), before))).toEqual([0, 1, 5, 7]);
  });

  it('variant-2: kept weights that moved toward zero start from zero', () => {
    const start = one([1, -1, 0.25], [5]);
    expect([...keptUnder('variant-2', kept, start, before)[0].weights]).toEqual([0, 0, 0.25]);
    expect([...keptUnder('variant-2', kept, start, before)[0].biases]).toEqual([5]);
    for (const action of ['zero', 'frozen', 'variant-1'] as const) {
      expect(keptUnder(action, kept, start, before)).toEqual(start);
    }
  });

  it('kept values lie over those of all that is stored, which keep their own', () => {
    const stored = storedMasks(kept, masks(0, 4));
    expect(places(stored)).toEqual([0, 2, 4, 6, 7]);
    const laid = laidOver(stored, one([10, 12, 14, 16, 17], [1]), kept, one([2, 6, 7], [9]));
    expect([...laid[0].weights]).toEqual([10, 2, 14, 6, 7]);
    expect([...laid[0].biases]).toEqual([9]);
  });
});

import { andMask, countOnes, maskHas, maskIndices } from '@winnow/arithmetic';
import { initialParameters, type Parameters, restrict } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { criterionNames } from '../criteria/index.js';
import { mask0Actions } from '../mask-actions/mask-0.js';
import { mask1Actions } from '../mask-actions/mask-1.js';
import { byLayer, searchOf, tiny } from '../testing/tiny.js';
import type { CellId } from './cell.js';
import type { Search, TrainedCell } from './search.js';
import { cellStart } from './start.js';

const cell = (kind: CellId['kind'], level: number): CellId => ({ kind, level, trial: 1, replicate: 0 });

/** Stands in for a training: frozen weights stay, the others move, some toward zero. */
function trained(search: Search, id: CellId, parents: readonly TrainedCell[]): TrainedCell {
  const { masks, kept, start, frozen } = cellStart(search, id, parents);
  const parameters: Parameters = start.map(({ weights, biases }, l) => {
    const positions = maskIndices(masks[l]);
    const move = (w: number, i: number) => Math.fround(i % 3 === 0 ? w / 2 : w + (i % 5) / 8);
    return { weights: weights.map((w, i) => (frozen && maskHas(frozen[l], positions[i]) ? w : move(w, i))), biases };
  });
  return { masks, ...(kept && { kept }), parameters, snapshots: new Map() };
}

const combinations = criterionNames.flatMap((criterion) =>
  mask1Actions.flatMap((mask1) => mask0Actions.map((mask0) => ({ criterion, mask1, mask0 }))),
);

describe('every criterion with every action', () => {
  it.each(combinations)('$criterion, $mask1, $mask0: exact counts over two levels', ({ criterion, mask1, mask0 }) => {
    const search = searchOf({ mask1, mask0, pruning: { ...byLayer, criterion } });
    const dense = trained(search, cell('dense', 0), []);
    const first = trained(search, cell('ticket', 1), [dense]);
    const start = cellStart(search, cell('ticket', 2), [first]);
    const kept = start.kept ?? start.masks;
    expect(kept.map(countOnes)).toEqual([8, 4]);
    for (const [l, mask] of kept.entries()) {
      expect(countOnes(andMask(mask, (first.kept ?? first.masks)[l]))).toBe(countOnes(mask));
      const frozen = start.frozen?.[l];
      if (frozen === undefined) continue;
      expect(countOnes(andMask(mask, frozen))).toBe(0);
      expect(countOnes(start.masks[l])).toBe(countOnes(mask) + countOnes(frozen));
    }
    expect(start.frozen === null).toBe(mask0 === 'zero');
    if (mask0 === 'frozen') expect(start.masks.map(countOnes)).toEqual([12, 6]);
  });
});

describe('frozen weights', () => {
  it('start from, and so keep, their initial values, and stay frozen at later levels', () => {
    const search = searchOf({ mask1: 'reinit', mask0: 'variant-1' });
    const dense = trained(search, cell('dense', 0), []);
    const first = trained(search, cell('ticket', 1), [dense]);
    const start = cellStart(search, cell('ticket', 2), [first]);
    const frozen = start.frozen ?? [];
    const draw = { seed: search.seed, trial: 1, draw: { kind: 'initial' } } as const;
    const initial = initialParameters(tiny, frozen, search.recipe.initialisation, draw);
    for (const [l, values] of restrict(start.start, start.masks, frozen).entries()) {
      expect(values.weights).toEqual(initial[l].weights);
    }
    const before = cellStart(search, cell('ticket', 1), [dense]).frozen ?? [];
    for (const [l, mask] of before.entries()) expect(countOnes(andMask(mask, frozen[l]))).toBe(countOnes(mask));
  });

  it('are no part of the controls, which follow the kept mask', () => {
    const search = searchOf({ mask0: 'frozen' });
    const dense = trained(search, cell('dense', 0), []);
    const control = cellStart(search, cell('reinit', 1), [dense]);
    expect(control.masks).toEqual(cellStart(search, cell('ticket', 1), [dense]).kept);
    expect(control.frozen).toBe(null);
  });

  it('one-shot and iterative are the same at level 1', () => {
    const search = searchOf({ mask1: 'constant-same-sign', mask0: 'variant-2' });
    const dense = trained(search, cell('dense', 0), []);
    const oneShot = searchOf({ ...search, schedule: 'one-shot' });
    expect(cellStart(oneShot, cell('one-shot', 1), [dense])).toEqual(cellStart(search, cell('ticket', 1), [dense]));
  });
});

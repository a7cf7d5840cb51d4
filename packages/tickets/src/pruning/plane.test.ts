import { maskIndices } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { criteria } from '../criteria/index.js';
import type { Criterion } from '../criterion.js';
import { byLayer, context, globally, parametersOf, tiny } from '../testing/tiny.js';
import { criterionPlanes } from './plane.js';
import { oneShotMasks } from './prune.js';

const values = {
  initial: parametersOf(tiny, [
    [0.5, -0.25, 1, -1.125, 0.75, -0.5625, 0.125, 2, -2.25, 0.375, 0.0625, -0.875],
    [0.5, -0.625, 0.25, -0.375, 1, -1.25],
  ]),
  final: parametersOf(tiny, [
    [1.03125, 0.5, 0.75, -2, -0.4375, -0.78125, 1.5, 2.5, -1.0625, 0.21875, 0.03125, 0.65625],
    [0.8125, 0.28125, -0.5, -0.15625, 1.5625, -0.34375],
  ]),
};
const deep = { ...context, level: 2 };

describe('the (wi, wf) plane of a criterion', () => {
  it.each(criteria.map((criterion) => [criterion.name, criterion] as const))(
    '%s: kept weights are those of one shot',
    (name) => {
      for (const pruning of [byLayer, globally]) {
        const setting = { ...pruning, rate: 0.3, outputRate: 0.3, criterion: name };
        const masks = oneShotMasks(tiny, values, setting, deep);
        for (const { layer, kept } of criterionPlanes(tiny, values, setting, deep)) {
          expect(Uint32Array.from(kept.keys()).filter((i) => kept[i] === 1)).toEqual(maskIndices(masks[layer]));
        }
      }
    },
  );

  it.each(criteria.filter(({ name }) => name !== 'random').map((criterion) => [criterion.name, criterion] as const))(
    '%s: the region holds kept weights and no pruned one',
    (name) => {
      for (const plane of criterionPlanes(tiny, values, { ...byLayer, rate: 0.3, criterion: name }, deep)) {
        const { initial, final, kept, region } = plane;
        const inside = Array.from(kept, (_, i) => region!(initial[i], final[i]));
        for (const [i, isKept] of kept.entries()) if (isKept === 0) expect(inside[i]).toBe(false);
        // Of weights that score the same some are kept by their order alone, and lie at the border.
        const atBorder = Array.from(kept, (isKept, i) => isKept === 1 && !inside[i]).filter(Boolean).length;
        if (!/-sign$|-init-.*-final$/.test(name)) expect(atBorder).toBe(0);
        expect(atBorder).toBeLessThan(kept.length);
      }
    },
  );

  it('ends above a score that pruned weights have too', () => {
    const { region, kept } = criterionPlanes(
      tiny,
      values,
      { ...byLayer, rate: 0.3, criterion: 'large-final-diff-sign' },
      deep,
    )[0];
    expect(kept.filter((is) => is === 1)).toHaveLength(6);
    expect([region!(1, -0.1), region!(-1, 0.1), region!(1, 9), region!(-1, -9)]).toEqual([true, true, false, false]);
  });

  const regionsOf = (criterion: Criterion) =>
    criterionPlanes(tiny, values, { ...byLayer, criterion }, context).map(({ region }) => region?.(9, -9) ?? null);

  it('has no region where scores depend on what the plane does not show', () => {
    expect(regionsOf({ name: 'by place', score: ({ position }) => position })).toEqual([null, null]);
    expect(regionsOf({ name: 'none', region: null, score: ({ final }) => final })).toEqual([null, null]);
    expect(criterionPlanes(tiny, values, { ...byLayer, criterion: 'random' }, context)[0].region).toBeNull();
  });

  it('takes the region that a criterion says', () => {
    const thresholds: number[] = [];
    const region = (_: unknown, threshold: number) => thresholds.push(threshold) > 0;
    expect(regionsOf({ name: 'own', score: ({ position }) => position, region })).toEqual([true, true]);
    // floor(.2 × 12 + ½) = 2 of 12 and floor(.1 × 6 + ½) = 1 of 6 go, the lowest places.
    expect(thresholds).toEqual([2, 1]);
  });

  it('leaves out layers that are not pruned', () => {
    expect(criterionPlanes(tiny, values, { ...byLayer, outputRate: 0 }, context).map(({ layer }) => layer)).toEqual([
      0,
    ]);
  });
});

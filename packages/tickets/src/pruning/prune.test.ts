import {
  countOnes,
  maskHas,
  maskIndices,
  RunError,
  randomStream,
  roundedCount,
  UserError,
  uint32At,
} from '@winnow/arithmetic';
import { fullMasks, lenet300, type Masks, survivors, weightLayers } from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byLayer, context, endingAt, globally, masksOf, parametersOf, tiny } from '../testing/tiny.js';
import { oneShotMasks, prune } from './prune.js';
import type { Pruning } from './pruning.js';

const positions = (masks: Masks) => masks.map((mask) => [...maskIndices(mask)]);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('one round, layer by layer', () => {
  it('keeps the largest final values of each layer, at its own rate', () => {
    const values = endingAt(tiny, [
      [-9, 1, 8, -2, 7, 3, -6, 4, 5, 10, -11, 12],
      [0.6, -0.1, 0.5, 0.2, -0.4, 0.3],
    ]);
    // floor(.2 × 12 + ½) = 2 go: the values 1 and −2; floor(.1 × 6 + ½) = 1 goes: −0.1.
    expect(positions(prune(tiny, fullMasks(tiny), values, byLayer, context))).toEqual([
      [0, 2, 4, 5, 6, 7, 8, 9, 10, 11],
      [0, 2, 3, 4, 5],
    ]);
  });

  it('keeps the position of survivors, not their place among them', () => {
    const masks = masksOf(tiny, [
      [1, 3, 5, 7, 11],
      [0, 5],
    ]);
    const values = endingAt(tiny, [
      [5, 4, 1, 2, 3],
      [1, 2],
    ]);
    expect(positions(prune(tiny, masks, values, byLayer, context))).toEqual([
      [1, 3, 7, 11],
      [0, 5],
    ]);
  });

  it('of equal weights the lower positions go first', () => {
    const values = endingAt(tiny, [upTo(12).map((i) => (i % 2 ? 1 : -1)), [2, 2, 2, 2, 2, 2]]);
    expect(positions(prune(tiny, fullMasks(tiny), values, { ...byLayer, rate: 0.5 }, context))).toEqual([
      [6, 7, 8, 9, 10, 11],
      [1, 2, 3, 4, 5],
    ]);
  });

  it('leaves the output layer whole at a rate of 0', () => {
    const values = endingAt(tiny, [upTo(12), upTo(6)]);
    const pruned = prune(tiny, fullMasks(tiny), values, { ...byLayer, outputRate: 0 }, context);
    expect(pruned.map(countOnes)).toEqual([10, 6]);
  });
});

describe('one round, globally', () => {
  const values = endingAt(tiny, [
    [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 1, 2],
    [3, 4, 30, 31, 32, 33],
  ]);

  it('ranks the survivors of all layers together', () => {
    // floor(.2 × 18 + ½) = 4 go.
    expect(positions(prune(tiny, fullMasks(tiny), values, globally, context))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [2, 3, 4, 5],
    ]);
  });

  it('leaves an output layer with rate 0 out of the ranking and of the count', () => {
    // floor(.2 × 12 + ½) = 2 go.
    expect(positions(prune(tiny, fullMasks(tiny), values, { ...globally, outputRate: 0 }, context))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [0, 1, 2, 3, 4, 5],
    ]);
  });

  it('breaks ties by layer, then position', () => {
    const equal = endingAt(tiny, [upTo(12).map(() => 1), upTo(6).map(() => 1)]);
    expect(prune(tiny, fullMasks(tiny), equal, globally, context).map(countOnes)).toEqual([8, 6]);
  });
});

describe('a collapsed layer', () => {
  const smallOutput = endingAt(tiny, [upTo(12).map((i) => i + 10), [1, 3, 2, 3, 1, 2]]);
  const harsh: Pruning = { ...globally, rate: 0.5 };

  it('is an error that names layer and level, and says what to do', () => {
    const collapse = () => prune(tiny, fullMasks(tiny), smallOutput, harsh, { ...context, level: 14 });
    expect(collapse).toThrow(RunError);
    expect(collapse).toThrow(
      'layer "dense 2" has no weights left at level 14. Prune less (--levels 13), or keep one with --keep-layers-alive.',
    );
  });

  it('at level 1, where no smaller number of levels would help, the advice is a smaller rate', () => {
    expect(() => prune(tiny, fullMasks(tiny), smallOutput, harsh, context)).toThrow('Prune less (a smaller --rate)');
  });

  it('keeps its best weight by option, and the total stays exact', () => {
    const pruned = prune(tiny, fullMasks(tiny), smallOutput, { ...harsh, keepLayersAlive: true }, context);
    // Of the two weights of 3, the one at the higher position is the better.
    expect(positions(pruned)).toEqual([[4, 5, 6, 7, 8, 9, 10, 11], [3]]);
  });

  it('keeps one weight in each layer by option even when nothing should be left', () => {
    const all: Pruning = { ...byLayer, rate: 0.99, outputRate: 0.99, keepLayersAlive: true };
    expect(positions(prune(tiny, fullMasks(tiny), smallOutput, all, context))).toEqual([[11], [3]]);
    expect(positions(prune(tiny, fullMasks(tiny), smallOutput, { ...all, scope: 'global' }, context))).toEqual([
      [11],
      [3],
    ]);
  });
});

describe('values that cannot be ranked', () => {
  it('a score that is not finite is an error that names the weight', () => {
    const values = endingAt(tiny, [upTo(12), [1, 2, 3, Number.NaN, 5, 6]]);
    const pruneNaN = () => prune(tiny, fullMasks(tiny), values, byLayer, context);
    expect(pruneNaN).toThrow(RunError);
    expect(pruneNaN).toThrow(
      'criterion "large-final" gives NaN for weight 3 of layer "dense 2" (initially 0, finally NaN)',
    );
  });

  it('values of other masks are refused', () => {
    const values = { initial: parametersOf(tiny, [[1], [1]]), final: parametersOf(tiny, [[1], [1]]) };
    expect(() => prune(tiny, fullMasks(tiny), values, byLayer, context)).toThrow(RangeError);
  });

  it('an unknown criterion is refused', () => {
    const values = endingAt(tiny, [upTo(12), upTo(6)]);
    expect(() => prune(tiny, fullMasks(tiny), values, { ...byLayer, criterion: 'best' }, context)).toThrow(UserError);
  });
});

const rate = fc.double({ min: 0.001, max: 0.6, noNaN: true });
const finals = (n: number) => fc.array(fc.integer({ min: -20, max: 20 }), { minLength: n, maxLength: n });
const anyRound = fc.record({
  finals: fc.tuple(finals(12), finals(6)),
  rate,
  outputRate: rate,
  scope: fc.constantFrom('layer' as const, 'global' as const),
  keepLayersAlive: fc.boolean(),
});

describe('properties of every round', () => {
  it('counts are exact for any rate, and survivors survived before', () => {
    fc.assert(
      fc.property(anyRound, ({ finals: values, ...rest }) => {
        const pruning: Pruning = { criterion: 'large-final', ...rest, keepLayersAlive: true };
        const before = prune(tiny, fullMasks(tiny), endingAt(tiny, values), pruning, context);
        const left = before.map((mask, l) => [...maskIndices(mask)].map((at) => values[l][at]));
        const after = prune(tiny, before, endingAt(tiny, left), pruning, { ...context, level: 2 });

        const rates = [rest.rate, rest.outputRate];
        if (rest.scope === 'layer') {
          const expected = before.map((mask, l) => {
            const n = countOnes(mask);
            return Math.max(1, n - roundedCount(rates[l], n));
          });
          expect(after.map(countOnes)).toEqual(expected);
        } else {
          const n = survivors(before);
          expect(survivors(after)).toBe(Math.max(2, n - roundedCount(rest.rate, n)));
        }
        for (const [l, mask] of after.entries()) {
          expect([...maskIndices(mask)].every((at) => maskHas(before[l], at))).toBe(true);
        }
      }),
    );
  });

  it('keeping layers alive changes nothing where none would die', () => {
    fc.assert(
      fc.property(anyRound, ({ finals: values, ...rest }) => {
        const pruneIt = (keepLayersAlive: boolean) =>
          prune(
            tiny,
            fullMasks(tiny),
            endingAt(tiny, values),
            { criterion: 'large-final', ...rest, keepLayersAlive },
            context,
          );
        let plain: Masks;
        try {
          plain = pruneIt(false);
        } catch {
          return;
        }
        expect(pruneIt(true)).toEqual(plain);
      }),
    );
  });

  it('nothing removed is larger than anything kept', () => {
    fc.assert(
      fc.property(anyRound, ({ finals: values, ...rest }) => {
        const pruning: Pruning = { criterion: 'large-final', ...rest, scope: 'layer', keepLayersAlive: true };
        const masks = prune(tiny, fullMasks(tiny), endingAt(tiny, values), pruning, context);
        for (const [l, mask] of masks.entries()) {
          const magnitudes = (survives: boolean) =>
            values[l].filter((_, at) => maskHas(mask, at) === survives).map(Math.abs);
          expect(Math.min(...magnitudes(true))).toBeGreaterThanOrEqual(Math.max(0, ...magnitudes(false)));
        }
      }),
    );
  });
});

describe('one shot', () => {
  const finalsOf = (count: number) => upTo(count).map((i) => ((i * 7919) % 10007) / 10007);
  const lenet = lenet300();
  const values = endingAt(
    lenet,
    weightLayers(lenet).map(({ weights }) => finalsOf(weights)),
  );

  it.each([
    [1, [188160, 24000, 900]],
    [15, [8275, 1056, 206]],
  ])('leaves what %i rounds leave', (level, counts) => {
    expect(oneShotMasks(lenet, values, byLayer, { ...context, level }).map(countOnes)).toEqual(counts);
  });

  it('of values that do not change is the same as round by round, in both scopes', () => {
    for (const pruning of [byLayer, globally]) {
      let masks = fullMasks(tiny);
      const dense = [upTo(12).map((i) => (i * 5) % 12), upTo(6).map((i) => (i * 5) % 6)];
      for (let level = 1; level <= 3; level++) {
        const left = masks.map((mask, l) => [...maskIndices(mask)].map((at) => dense[l][at]));
        masks = prune(tiny, masks, endingAt(tiny, left), pruning, { ...context, level });
        expect(oneShotMasks(tiny, endingAt(tiny, dense), pruning, { ...context, level })).toEqual(masks);
      }
    }
  });
});

describe('the criterion random', () => {
  const values = endingAt(tiny, [upTo(12), upTo(6)]);
  const random: Pruning = { ...byLayer, criterion: 'random', rate: 0.5, outputRate: 0.5 };
  const draw = (changes: object) => prune(tiny, fullMasks(tiny), values, random, { ...context, ...changes });

  it('draws anew for each seed, trial and level, and always the same for one', () => {
    expect(draw({})).toEqual(draw({}));
    for (const changes of [{ seed: 2 }, { trial: 1 }, { level: 2 }]) expect(draw(changes)).not.toEqual(draw({}));
  });

  it('ranks a survivor by its position in the layer, not by its place among the survivors', () => {
    const left = [
      [3, 4, 8, 11],
      [2, 5],
    ];
    const masks = masksOf(tiny, left);
    const ranked = left.map((places, layer) => {
      const stream = randomStream({ kind: 'random-order', ...context, layer });
      return places.toSorted((a, b) => uint32At(stream, b) - uint32At(stream, a));
    });
    const best = ranked.map((places) => places.slice(0, places.length / 2).sort((a, b) => a - b));
    expect(positions(prune(tiny, masks, endingAt(tiny, left), random, context))).toEqual(best);
  });
});

import { maskFromIndices, maskIndices } from '@winnow/arithmetic';
import { initialTensors } from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchOf, tiny } from '../testing/tiny.js';
import { keptStart, mask1Actions, reshuffled, standardDeviation, withSign } from './mask-1.js';

const search = searchOf();
const of = { ...search, trial: 2, level: 3 };
const kept = [maskFromIndices(12, [1, 4, 5, 9, 11]), maskFromIndices(6, [0, 2, 5])];
const { initialisation } = search.recipe;
const initial = initialTensors(tiny, initialisation, { seed: search.seed, trial: 2, draw: { kind: 'initial' } });
const drawn = initialTensors(tiny, initialisation, {
  seed: search.seed,
  trial: 2,
  draw: { kind: 'reinit', level: 3, replicate: 0 },
});
const at = (tensors: readonly Float32Array[], l: number) => [...maskIndices(kept[l])].map((place) => tensors[l][place]);
const weights = (action: (typeof mask1Actions)[number], l: number) => [...keptStart(action, kept, of)[l].weights];
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

describe('what kept weights start from', () => {
  it('rewind: their initial values', () => {
    for (const l of [0, 1]) expect(weights('rewind', l)).toEqual(at(initial, l));
  });

  it('reinit: the draw of the control of the same name and level', () => {
    for (const l of [0, 1]) expect(weights('reinit', l)).toEqual(at(drawn, l));
    expect(weights('reinit', 0)).not.toEqual([...keptStart('reinit', kept, { ...of, level: 4 })[0].weights]);
  });

  it('reshuffle: the initial values of the kept weights, in another order', () => {
    const values = weights('reshuffle', 0);
    expect(sorted(values)).toEqual(sorted(at(initial, 0)));
    expect(values).not.toEqual(at(initial, 0));
  });

  it('reshuffle-same-sign: their magnitudes in that order, each with the sign of its own weight', () => {
    const values = weights('reshuffle-same-sign', 0);
    expect(values.map(Math.abs)).toEqual(weights('reshuffle', 0).map(Math.abs));
    expect(values.map(Math.sign)).toEqual(at(initial, 0).map(Math.sign));
  });

  it('constant: the standard deviation of the whole layer, with both signs', () => {
    const size = standardDeviation(initial[0]);
    expect(weights('constant', 0).map(Math.abs)).toEqual(at(initial, 0).map(() => size));
    const signs = Array.from({ length: 8 }, (_, level) => keptStart('constant', kept, { ...of, level })[0].weights);
    expect(new Set(signs.flatMap((values) => [...values]).map(Math.sign))).toEqual(new Set([-1, 1]));
    expect(weights('constant-same-sign', 0)).toEqual(at(initial, 0).map((value) => size * Math.sign(value)));
  });

  it('a value does not depend on which others are kept, but in a reshuffle', () => {
    for (const action of mask1Actions) {
      if (action.startsWith('reshuffle')) continue;
      const fewer = [maskFromIndices(12, [4, 11]), kept[1]];
      const [, second, , , fifth] = weights(action, 0);
      expect([...keptStart(action, fewer, of)[0].weights], action).toEqual([second, fifth]);
    }
  });

  it('biases start at zero', () => {
    for (const action of mask1Actions) {
      for (const { biases } of keptStart(action, kept, of)) expect([...biases].every((b) => b === 0)).toBe(true);
    }
  });
});

describe('by hand', () => {
  it('a value takes the sign of another, where 0 is a sign of its own', () => {
    expect([withSign(-2, 0.5), withSign(2, -0.5), withSign(3, 0), withSign(0, -1)]).toEqual([2, -2, 0, 0]);
    expect(Object.is(withSign(0, -1), 0)).toBe(true);
  });

  it('only the named positions are permuted', () => {
    const values = Float32Array.from([10, 11, 12, 13, 14]);
    const order = () => Uint32Array.from([2, 0, 1]);
    expect([...reshuffled(values, Uint32Array.from([0, 2, 3]), order)]).toEqual([13, 11, 10, 12, 14]);
  });

  it('the standard deviation is that of all values', () => {
    expect(standardDeviation(Float32Array.from([2, 4, 4, 4, 5, 5, 7, 9]))).toBe(2);
    expect(standardDeviation(Float32Array.from([3, 3]))).toBe(0);
  });

  it('a permutation loses no value', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (list) => {
        const values = Float32Array.from(list);
        const all = Uint32Array.from(values.keys());
        expect(sorted([...reshuffled(values, all, () => all.toReversed())])).toEqual(sorted([...values]));
      }),
    );
  });
});

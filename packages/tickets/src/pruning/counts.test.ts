import { UserError } from '@winnow/arithmetic';
import { lenet300 } from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byLayer, globally, tiny } from '../testing/tiny.js';
import { densityAtLevel, levelForDensity } from './counts.js';

const lenet = lenet300();

describe('survivors by level', () => {
  // The densities of Frankle & Carbin 2019, Figures 1 and 3.
  it.each([
    [0, 266200, '100.0'],
    [3, 136511, '51.3'],
    [7, 56094, '21.1'],
    [9, 35981, '13.5'],
    [15, 9537, '3.6'],
    [16, 7650, '2.9'],
  ])('LeNet-300-100 at level %i keeps %i weights, %s %%', (level, weights, percent) => {
    const counts = densityAtLevel(lenet, byLayer, level);
    expect(counts.weights).toBe(weights);
    expect((100 * counts.density).toFixed(1)).toBe(percent);
  });

  it('are given for each layer where each is pruned by itself', () => {
    expect(densityAtLevel(lenet, byLayer, 15).layers).toEqual([8275, 1056, 206]);
    expect(densityAtLevel(lenet, { ...byLayer, outputRate: 0 }, 15).layers).toEqual([8275, 1056, 1000]);
  });

  it('are known only in total where all are ranked together', () => {
    expect(densityAtLevel(tiny, globally, 1)).toEqual({ level: 1, layers: null, weights: 14, density: 14 / 18 });
    expect(densityAtLevel(tiny, { ...globally, outputRate: 0 }, 1).weights).toBe(10 + 6);
  });

  it('come to 0 if the rate asks for it, and stop at one a layer if layers are kept alive', () => {
    const harsh = { ...byLayer, rate: 0.9, outputRate: 0.9 };
    expect(densityAtLevel(tiny, harsh, 3).layers).toEqual([0, 0]);
    expect(densityAtLevel(tiny, { ...harsh, keepLayersAlive: true }, 3).layers).toEqual([1, 1]);
    expect(densityAtLevel(tiny, { ...harsh, scope: 'global', keepLayersAlive: true }, 9).weights).toBe(2);
  });

  it.each([-1, 1.5, Number.NaN])('there is no level %d', (level) => {
    expect(() => densityAtLevel(tiny, byLayer, level)).toThrow(RangeError);
  });

  it('each round removes floor(rate × survivors + ½), for any rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(60), (rate, level) => {
        const pruning = { ...byLayer, rate, outputRate: rate / 2 };
        const before = densityAtLevel(lenet, pruning, level).layers ?? [];
        const expected = before.map((n, l) => n - Math.floor((l === 2 ? rate / 2 : rate) * n + 0.5));
        expect(densityAtLevel(lenet, pruning, level + 1).layers).toEqual(expected);
      }),
    );
  });
});

describe('the level for a density', () => {
  it.each([
    [1, 0],
    [0.99, 0],
    [0.513, 3],
    [0.211, 7],
    [0.135, 9],
    [0.2, 7],
    [0.036, 15],
    [0.029, 16],
  ])('%d of LeNet-300-100 is level %i', (density, level) => {
    expect(levelForDensity(lenet, byLayer, density)).toBe(level);
  });

  it('is the one whose density is nearest by ratio', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), (density) => {
        const found = levelForDensity(lenet, byLayer, density);
        const ratio = (level: number) => {
          const { density: there } = densityAtLevel(lenet, byLayer, level);
          return there > density ? there / density : density / there;
        };
        for (const other of [found - 1, found + 1]) {
          if (other >= 0) expect(ratio(other)).toBeGreaterThanOrEqual(ratio(found) * (1 - 1e-15));
        }
      }),
    );
  });

  it.each([0, -0.1, 1.01, Number.NaN, Number.POSITIVE_INFINITY])('%d is no density', (density) => {
    expect(() => levelForDensity(lenet, byLayer, density)).toThrow(UserError);
    expect(() => levelForDensity(lenet, byLayer, density)).toThrow(`A density of ${density} is impossible`);
  });

  it('is refused where rounds of the rate remove no more', () => {
    // 2 + 2 + 4 survivors: a fifth of 2 and a tenth of 4 round to none.
    expect(() => levelForDensity(lenet, byLayer, 1e-6)).toThrow(UserError);
    expect(() => levelForDensity(lenet, byLayer, 1e-6)).toThrow(
      /^A density of 0\.000001 is out of reach: level \d+ keeps 8 of 266200 weights, and rounds of this rate remove no more\./,
    );
    expect(() => levelForDensity(lenet, { ...byLayer, rate: 1e-9, outputRate: 1e-9 }, 0.5)).toThrow(
      'level 0 keeps 266200',
    );
  });

  it('is refused where a layer would have no weights left', () => {
    const harsh = { ...byLayer, rate: 0.5, outputRate: 0.9 };
    expect(() => levelForDensity(tiny, harsh, 0.1)).toThrow(
      'A density of 0.1 is out of reach: level 1 keeps 7 of 18 weights, and layer "dense 2" has no weights left at level 2.',
    );
    expect(() => levelForDensity(tiny, { ...harsh, scope: 'global' }, 0.01)).toThrow('the next one would keep none');
  });
});

import { countOnes, maskHas, RunError } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiny } from '../testing/tiny.js';
import { randomMasks } from './random-masks.js';

const of = { seed: 1, trial: 0, level: 1, replicate: 0 };

describe('random masks', () => {
  it('have the asked count in each layer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), fc.nat(), (first, second, seed) => {
        expect(randomMasks(tiny, [first, second], { ...of, seed }).map(countOnes)).toEqual([first, second]);
      }),
    );
  });

  it('are the same for one name, and others for another seed, trial, level or replicate', () => {
    const draw = (changes: object) => randomMasks(tiny, [6, 3], { ...of, ...changes });
    expect(draw({})).toEqual(draw({}));
    for (const changes of [{ seed: 2 }, { trial: 1 }, { level: 2 }, { replicate: 1 }]) {
      expect(draw(changes)).not.toEqual(draw({}));
    }
  });

  it('favour no position', () => {
    const hits = new Array<number>(12).fill(0);
    const draws = 2000;
    for (let replicate = 0; replicate < draws; replicate++) {
      const [mask] = randomMasks(tiny, [3, 1], { ...of, replicate });
      for (let at = 0; at < 12; at++) if (maskHas(mask, at)) hits[at]++;
    }
    // Each expects 500 with a standard deviation of 19.4.
    for (const hit of hits) expect(Math.abs(hit - draws / 4)).toBeLessThan(80);
  });

  it('of no weights are a collapsed layer', () => {
    expect(() => randomMasks(tiny, [3, 0], { ...of, level: 5 })).toThrow(RunError);
    expect(() => randomMasks(tiny, [3, 0], { ...of, level: 5 })).toThrow(
      'layer "dense 2" has no weights left at level 5.',
    );
  });

  it.each([[[13, 1]], [[1.5, 1]], [[-1, 1]], [[1]]])('refuse counts %j that do not fit the network', (counts) => {
    expect(() => randomMasks(tiny, counts, of)).toThrow(RangeError);
  });
});

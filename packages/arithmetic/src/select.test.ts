import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestPositions } from './select.js';

/** The same by sorting: remove by ascending score, equal scores by ascending position. */
function bySorting(scores: Float32Array | Float64Array, keep: number): number[] {
  const removalOrder = [...scores.keys()].sort((a, b) => scores[a] - scores[b] || a - b);
  return removalOrder.slice(scores.length - keep).sort((a, b) => a - b);
}

const few = fc.constantFrom(-1, -0, 0, 0.5, 2, 3);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('selection', () => {
  it('keeps exactly what sorting would keep, with many ties and with none', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(few), fc.array(finite)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const scores = Float64Array.from(values);
          const keep = Math.floor(share * values.length);
          expect([...largestPositions(scores, keep)]).toEqual(bySorting(scores, keep));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('removes the lower position of two equal scores first', () => {
    expect(largestPositions(Float32Array.of(1, 5, 1, 1, 0), 2)).toEqual(Uint32Array.of(1, 3));
    expect(largestPositions(Float32Array.of(0, -0, 0), 1)).toEqual(Uint32Array.of(2));
    expect(largestPositions(Float32Array.of(-0, 0, -0), 1)).toEqual(Uint32Array.of(2));
  });

  it('can keep nothing and everything', () => {
    expect(largestPositions(Float32Array.of(1, 2), 0)).toHaveLength(0);
    expect(largestPositions(Float32Array.of(2, 1), 2)).toEqual(Uint32Array.of(0, 1));
    expect(largestPositions(new Float32Array(0), 0)).toHaveLength(0);
  });

  it('does not slow down on sorted or constant scores', () => {
    const rising = Float32Array.from({ length: 200_000 }, (_, i) => i);
    expect(largestPositions(rising, 1000)[0]).toBe(199_000);
    expect(largestPositions(rising.slice().reverse(), 1000)[999]).toBe(999);
    expect(largestPositions(new Float32Array(200_000), 1000)[0]).toBe(199_000);
  });

  it('leaves the scores as they were', () => {
    const scores = Float32Array.of(3, 1, 2);
    largestPositions(scores, 1);
    expect(scores).toEqual(Float32Array.of(3, 1, 2));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses a score of %d', (score) => {
    expect(() => largestPositions(Float32Array.of(1, score), 1)).toThrow(`position 1 is ${score}`);
  });

  it.each([-1, 3, 0.5])('refuses to keep %d of two', (keep) => {
    expect(() => largestPositions(Float32Array.of(1, 2), keep)).toThrow(`cannot keep ${keep} of 2`);
  });
});

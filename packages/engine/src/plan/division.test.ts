import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedBounds, evenBounds, partOf, partsOf, partsOfValues } from './division.js';

const parts = fc.integer({ min: 1, max: 9 });

describe('the division of rows among threads', () => {
  it('leaves no row out and takes none twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), parts, (counts, n) => {
        for (const bounds of [evenBounds(counts.length, n), balancedBounds(counts, n)]) {
          expect(bounds).toHaveLength(n + 1);
          expect([bounds[0], bounds[n]]).toEqual([0, counts.length]);
          expect([...bounds]).toEqual([...bounds].sort((a, b) => a - b));
          for (let row = 0; row < counts.length; row++) {
            const part = partOf(row, bounds);
            expect(row >= bounds[part] && row < bounds[part + 1]).toBe(true);
          }
        }
      }),
    );
  });

  it('gives each thread as many weights as the others, up to a row', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 60 }), parts, (counts, n) => {
        const bounds = balancedBounds(counts, n);
        const share = counts.reduce((sum, count) => sum + count, 0) / n;
        for (let p = 0; p < n; p++) {
          const held = counts.slice(bounds[p], bounds[p + 1]).reduce((sum, count) => sum + count, 0);
          expect(Math.abs(held - share)).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  it('is worth it for large layers only', () => {
    expect(partsOf(235_200, { threads: 2, blocks: 1 })).toBe(2);
    expect(partsOf(235_200, { threads: 1, blocks: 1 })).toBe(1);
    expect(partsOf(1000, { threads: 2, blocks: 1 })).toBe(1);
    expect(partsOf(0, { threads: 8, blocks: 1 })).toBe(1);
    expect(partsOf(10 ** 9, { threads: 100, blocks: 2 })).toBe(64);
  });

  it('is worth it for many values only', () => {
    expect(partsOfValues(1250, { threads: 2, blocks: 1 })).toBe(2);
    expect(partsOfValues(1249, { threads: 2, blocks: 1 })).toBe(1);
    expect(partsOfValues(625, { threads: 2, blocks: 2 })).toBe(2);
    expect(partsOfValues(10 ** 9, { threads: 100, blocks: 2 })).toBe(64);
  });
});

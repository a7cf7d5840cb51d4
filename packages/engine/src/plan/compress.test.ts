import { maskIndices } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnMask } from '../testing/values.js';
import { chunkWidth } from './chunk-width.js';
import { compress, type Structure } from './compress.js';
import { partOf } from './division.js';
import { compressedForm } from './forms.js';

/** The (line, place) pairs of a structure in storage order, and what it promises about its segments. */
function stored({ chunkCount, chunks, segments, indices }: Structure): [number, number][] {
  const pairs: [number, number][] = [];
  expect(chunks.length).toBe(2 * (chunkCount + 1));
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    let countBefore = Number.POSITIVE_INFINITY;
    for (let s = chunks[2 * chunk + 1]; s < chunks[2 * chunk + 3]; s++) {
      const [line, start, count] = segments.subarray(3 * s, 3 * s + 3);
      expect(start).toBe(pairs.length);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(countBefore);
      countBefore = count;
      for (let i = start; i < start + count; i++) pairs.push([line, chunks[2 * chunk] + indices[i]]);
    }
  }
  return pairs;
}

describe('the compressed form', () => {
  it('of a small matrix cut into chunks of two columns', () => {
    // Rows: 1 1 0 | 1; 0 0 0 | 0; 1 0 1 | 1
    const entries = { lineCount: 3, placeCount: 4, line: [0, 0, 0, 2, 2, 2], place: [0, 1, 3, 0, 2, 3] };
    const structure = compress(
      { ...entries, line: Uint32Array.from(entries.line), place: Uint32Array.from(entries.place) },
      2,
    );
    expect(structure).toEqual({
      chunkCount: 2,
      width: 2,
      chunks: Int32Array.of(0, 0, 2, 2, 4, 4),
      segments: Int32Array.of(0, 0, 2, 2, 2, 1, 2, 3, 2, 0, 5, 1),
      indices: Uint16Array.of(0, 1, 0, 0, 1, 1),
      order: Uint32Array.of(0, 1, 3, 4, 5, 2),
      bounds: Int32Array.of(0, 3),
    });
  });

  it('keeps the order of its lines where neighbours want to stay together', () => {
    const entries = {
      lineCount: 4,
      placeCount: 2,
      line: Uint32Array.of(0, 2, 2, 3),
      place: Uint32Array.of(1, 0, 1, 0),
    };
    const linesOf = ({ segments }: Structure) => segments.filter((_, i) => i % 3 === 0);
    expect(linesOf(compress(entries, 2, 1, 'ascending'))).toEqual(Int32Array.of(0, 2, 3));
    expect(linesOf(compress(entries, 2))).toEqual(Int32Array.of(2, 0, 3));
  });

  it('has the columns of a wide dense layer as they come', () => {
    const inputs = 2100;
    const { columns } = compressedForm({ inputs, outputs: 3 }, drawnMask(3, 3 * inputs, 0.5), true);
    const isSorted = (values: Int32Array) => values.every((value, i) => i === 0 || value >= values[i - 1]);
    const column = (structure: Structure, c: number) => structure.segments.filter((_, i) => i % 3 === c);
    expect(isSorted(column(columns as Structure, 0))).toBe(true);
    expect(isSorted(column(columns as Structure, 2))).toBe(false);
  });

  it('lies part by part within a chunk if it is divided among threads', () => {
    const mask = drawnMask(5, 4000, 0.4);
    const { rows, division } = compressedForm({ inputs: 100, outputs: 40 }, mask, false, undefined, {
      threads: 3,
      blocks: 100,
    });
    expect(division?.rows).toEqual(rows.bounds);
    expect(rows.bounds).toHaveLength(4);
    const segmentRows = Array.from({ length: rows.segments.length / 3 }, (_, s) => rows.segments[3 * s]);
    expect(rows.chunkCount).toBe(1);
    expect(segmentRows.map((row) => partOf(row, rows.bounds))).toEqual(
      segmentRows.map((row) => partOf(row, rows.bounds)).toSorted(),
    );
  });

  it('holds every survivor once, by rows and by columns, and finds each column entry among the values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 150 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        (inputs, outputs, density, seed) => {
          const mask = drawnMask(seed, inputs * outputs, density);
          const { rows, columns, live } = compressedForm({ inputs, outputs }, mask, true);
          if (columns === null) throw new Error('asked for with columns');
          const byRows = stored(rows).map(([row, column]) => row * inputs + column);
          const byColumns = stored(columns).map(([column, row]) => row * inputs + column);
          const positions = [...maskIndices(mask)];
          expect(live).toBe(positions.length);
          expect(byRows.toSorted((a, b) => a - b)).toEqual(positions);
          expect(byColumns.toSorted((a, b) => a - b)).toEqual(positions);
          expect([...rows.order].map((survivor) => positions[survivor])).toEqual(byRows);
          expect([...columns.permutation].map((place) => byRows[place])).toEqual(byColumns);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes each row in ascending columns and each column in ascending rows, as the contract sums', () => {
    const { rows, columns } = compressedForm({ inputs: 500, outputs: 40 }, drawnMask(7, 20_000, 0.3), true);
    for (const structure of [rows, columns]) {
      const last = new Map<number, number>();
      for (const [line, place] of structure === null ? [] : stored(structure)) {
        expect(place).toBeGreaterThan(last.get(line) ?? -1);
        last.set(line, place);
      }
    }
  });
});

describe('chunks', () => {
  it('are narrower the denser a matrix is, and equal in width', () => {
    expect([1, 0.17, 0.16, 0.1, 0.05, 0.03, 0.02, 0].map((density) => chunkWidth(density, 300, 784))).toEqual([
      98, 98, 98, 157, 262, 392, 784, 784,
    ]);
    expect(chunkWidth(0.5, 100, 300)).toBe(100);
    // Sums of many rows are not in a second-level cache: fewer chunks take them up again.
    expect(chunkWidth(0.5, 2048, 256)).toBe(86);
    expect(chunkWidth(0.5, 2049, 256)).toBe(128);
  });

  it('never exceed what 16 bits address', () => {
    expect(chunkWidth(1e-4, 10, 65_536)).toBe(65_536);
    expect(chunkWidth(1e-4, 10, 65_537)).toBe(32_769);
  });
});

import { describe, expect, it } from 'vitest';
import { formatTable, ratio, tableToJson, threeDigits } from './table.mjs';

const cell = (median: number, best: number) => ({ medianMicroseconds: median, bestMicroseconds: best });
const table = {
  title: 'A step',
  unit: 'µs',
  columns: ['winnow', 'Peer'],
  rows: [
    { label: '100 %', cells: [cell(400, 380), cell(1600, 1400)] },
    { label: '20 %', cells: [cell(100, 90), undefined] },
  ],
  notes: ['a note'],
};

describe('a table', () => {
  it('shows medians, how many times ours, and the best', () => {
    expect(formatTable(table)).toMatchInlineSnapshot(`
      "A step (µs; times winnow ×; best in brackets)
                 winnow                 Peer
      100 %   400 (380)  1,600 4.00× (1,400)
      20 %   100 (90.0)                    –
        a note"
    `);
  });
  it('has ratios of medians as data, and null where a peer is missing', () => {
    expect(tableToJson(table).rows.map((row) => row.ratios)).toEqual([
      [1, 4],
      [1, null],
    ]);
  });
  it('has no ratios without our side', () => {
    const peersOnly = { ...table, columns: ['Peer', 'Other'] };
    expect(formatTable(peersOnly)).not.toContain('×');
    expect(tableToJson(peersOnly).rows[0].ratios).toEqual([null, null]);
  });
});

it('a ratio says how many times longer the median of a cell is', () => {
  expect(ratio(cell(30, 1), cell(10, 9))).toBe(3);
  expect(ratio(undefined, cell(10, 9))).toBe(null);
});

it.each([
  [0.1234, '0.123'],
  [1.234, '1.23'],
  [45.67, '45.7'],
  [1399.4, '1,399'],
  [0, '0.00'],
])('%d is written %s', (value, text) => {
  expect(threeDigits(value)).toBe(text);
});

import { expect, it } from 'vitest';
import { tableLine, tableLines } from './table.js';

const columns = [
  { title: 'run', align: 'left' },
  { title: 'cells', align: 'right' },
] as const;

it('a table is as wide as its content', () => {
  expect(
    tableLines(columns, [
      ['lenet', '61'],
      ['a', '1,234,567'],
    ]),
  ).toEqual(['run        cells', 'lenet         61', 'a      1,234,567']);
});

it('a line of a growing table keeps its columns', () => {
  const growing = [
    { title: 'level', align: 'right', width: 7 },
    { title: 'density', align: 'right' },
  ] as const;
  expect(
    [
      ['level', 'density'],
      ['3', '51.3 %'],
    ].map((cells) => tableLine(growing, cells)),
  ).toEqual(['  level  density', '      3   51.3 %']);
});

import type { LevelRow, ReportKind } from '@winnow/lab';
import { count, percent, points } from './format.js';
import { type Column, tableLine } from './table.js';

/** The columns of the table by level, narrow enough for 80 characters with two controls. */
function columnsFor(others: readonly ReportKind[]): readonly Column[] {
  return [
    { title: 'level', align: 'right' },
    { title: 'density', align: 'right' },
    { title: 'weights', align: 'right' },
    { title: 'stop', align: 'right', width: 6 },
    { title: 'loss', align: 'right', width: 6 },
    { title: 'test %', align: 'right' },
    { title: 'Δ dense', align: 'right' },
    ...others.map((kind): Column => ({ title: kind, align: 'right', width: 6 })),
    { title: 'µs', align: 'right', width: 5 },
  ];
}

/** What the titles mean, in a line. */
export const levelLegend =
  'stop: iteration of least validation loss; loss: there, on validation data; test %: accuracy there, the controls beside it';

/** The title line of a table with these controls. */
export function levelTitles(others: readonly ReportKind[]): string {
  const columns = columnsFor(others);
  return tableLine(
    columns,
    columns.map((column) => column.title),
  );
}

/** A level of the table: means over the trials so far. */
export function levelLine(row: LevelRow, others: readonly ReportKind[]): string {
  return tableLine(columnsFor(others), [
    String(row.level),
    percent(row.density),
    count(row.weights),
    count(Math.round(row.earlyStop.mean)),
    row.validationLoss.mean.toFixed(4),
    accuracy(row.testAccuracy?.mean),
    row.difference === null ? '' : points(row.difference),
    ...others.map((kind) => accuracy(row.others.get(kind)?.mean)),
    count(Math.round(row.microsecondsPerStep.mean)),
  ]);
}

const accuracy = (mean: number | undefined): string => (mean === undefined ? '' : (100 * mean).toFixed(2));

import { expect, it } from 'vitest';
import { cellsCsv, metricsCsv } from './csv.js';
import { syntheticRun } from './testing/synthetic-run.js';

const read = (text: string) => {
  const [header, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [header[i], value])));
};

it('the table of cells holds every number exactly', () => {
  const { cells } = syntheticRun({ levels: 2, trials: 2 });
  const rows = read(cellsCsv(cells));
  expect(rows).toHaveLength(cells.length);
  for (const [i, row] of rows.entries()) {
    expect([row.kind, row.digest]).toEqual([cells[i].kind, cells[i].digest]);
    expect(Number(row.density)).toBe(cells[i].density);
    expect(Number(row.earlyStopIteration)).toBe(cells[i].earlyStop.iteration);
    expect(Number(row.earlyStopTestAccuracy)).toBe(cells[i].earlyStop.testAccuracy);
    expect(Number(row.finalValidationLoss)).toBe(cells[i].final.validationLoss);
    expect(Number(row.microsecondsPerStep)).toBe(cells[i].microsecondsPerStep);
  }
});

it('the table of metrics has a row an evaluation, empty where test data was not evaluated', () => {
  const { cells } = syntheticRun({ levels: 1, trials: 1 });
  const rows = read(metricsCsv(cells));
  expect(rows).toHaveLength(cells.reduce((sum, cell) => sum + cell.rows.length, 0));
  const metrics = cells.flatMap((cell) => cell.rows);
  expect(metrics.some((metric) => metric.testAccuracy === null)).toBe(true);
  for (const [i, row] of rows.entries()) {
    expect(row.testAccuracy).toBe(metrics[i].testAccuracy === null ? '' : String(metrics[i].testAccuracy));
    expect(Number(row.validationAccuracy)).toBe(metrics[i].validationAccuracy);
  }
});

import type { CellResult, ReportCell } from './input.js';

type Value = string | number | null;

/** RFC 4180 with \n; nothing measured is an empty field. No value here needs quotes: names, hexadecimal and numbers. */
function csv(header: readonly string[], rows: readonly (readonly Value[])[]): string {
  return [header, ...rows].map((row) => `${row.map((value) => value ?? '').join(',')}\n`).join('');
}

const identity = ['trial', 'level', 'kind', 'replicate', 'density'] as const;
const identityOf = (cell: CellResult): readonly Value[] => identity.map((name) => cell[name]);

/** One row a cell. Accuracies between 0 and 1. */
export function cellsCsv(cells: readonly CellResult[]): string {
  const header = [
    ...identity,
    'weights',
    'stored',
    'earlyStopIteration',
    'earlyStopValidationLoss',
    'earlyStopTestAccuracy',
    'finalTrainLoss',
    'finalValidationLoss',
    'finalTestAccuracy',
    'microsecondsPerStep',
    'digest',
  ];
  const rows = cells.map((cell) => [
    ...identityOf(cell),
    cell.weights,
    cell.stored,
    cell.earlyStop.iteration,
    cell.earlyStop.validationLoss,
    cell.earlyStop.testAccuracy,
    cell.final.trainLoss,
    cell.final.validationLoss,
    cell.final.testAccuracy,
    cell.microsecondsPerStep,
    cell.digest,
  ]);
  return csv(header, rows);
}

/** One row an evaluation of a cell. */
export function metricsCsv(cells: readonly ReportCell[]): string {
  const measures = ['validationLoss', 'validationAccuracy', 'testLoss', 'testAccuracy', 'trainLoss'] as const;
  const rows = cells.flatMap((cell) =>
    cell.rows.map((row) => [...identityOf(cell), row.iteration, ...measures.map((measure) => row[measure])]),
  );
  return csv([...identity, 'iteration', ...measures], rows);
}

import type { CellSummary } from '@winnow/lab';
import { count, percent } from './format.js';
import { cellLabel } from './progress-line.js';

/** A finished training on one line, for output that is no terminal. */
export function cellLine(cell: CellSummary, trials: number, reused: boolean): string {
  const { earlyStop } = cell;
  const parts = [
    `${percent(cell.density)} (${count(cell.weights)} weights)`,
    `early stop at ${count(earlyStop.iteration)}`,
    `validation loss ${earlyStop.validationLoss.toFixed(4)}`,
    ...(earlyStop.testAccuracy === null ? [] : [`test accuracy ${percent(earlyStop.testAccuracy, 2)}`]),
    `${count(Math.round(cell.microsecondsPerStep))} µs a step`,
  ];
  return `${cellLabel(cell, trials)}: ${parts.join(', ')}${reused ? ' (kept from before)' : ''}`;
}

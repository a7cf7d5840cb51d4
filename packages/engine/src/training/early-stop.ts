import type { MetricRow } from './training.js';

/** The row of least validation loss, the earliest on ties, leaving out the first, where nothing is trained yet. */
export function earlyStopRow(rows: readonly MetricRow[]): MetricRow | null {
  let best: MetricRow | null = null;
  for (const row of rows.slice(1)) {
    if (best === null || row.validationLoss < best.validationLoss) best = row;
  }
  return best;
}

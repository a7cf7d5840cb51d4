import { describe, expect, it } from 'vitest';
import { earlyStopRow } from './early-stop.js';
import type { MetricRow } from './training.js';

/** Rows with these validation losses, every 100 iterations. */
function rows(...losses: readonly number[]): MetricRow[] {
  return losses.map((validationLoss, i) => ({
    iteration: 100 * i,
    validationLoss,
    validationAccuracy: 0.5,
    testLoss: null,
    testAccuracy: null,
    trainLoss: null,
  }));
}

describe('early stop', () => {
  it('is at the least validation loss', () => {
    expect(earlyStopRow(rows(3, 2, 1, 1.5))?.iteration).toBe(200);
  });

  it('is the earliest on ties', () => {
    expect(earlyStopRow(rows(3, 2, 1, 1, 1))?.iteration).toBe(200);
  });

  it('is never the start', () => {
    expect(earlyStopRow(rows(1, 3, 2))?.iteration).toBe(200);
    expect(earlyStopRow(rows(1))).toBeNull();
  });
});

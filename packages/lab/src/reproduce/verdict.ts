import { spreadOf } from '../report/statistics.js';

export type Outcome = 'holds' | 'does not hold' | 'undecided';

/** A claim of a paper, and how what was measured stands to it. */
export interface Verdict {
  readonly claim: string;
  /** The paper's own numbers and where they stand. */
  readonly source: string;
  readonly outcome: Outcome;
  /** What was measured. */
  readonly numbers: string;
}

/** One measure, a value for each trial. */
export type Trials = readonly number[];

/** How far apart two measures are, and how far apart chance alone might put them. */
export interface Comparison {
  readonly difference: number;
  readonly margin: number;
}

/** Images in the test sets of MNIST and CIFAR-10. */
const TEST_EXAMPLES = 10_000;

/**
 * a − b by their means. The margin is half the larger range over trials, and at least `least`.
 * @returns null where one of them was not measured
 */
export function compare(a: Trials, b: Trials, least: number): Comparison | null {
  const [of, to] = [spreadOf(a), spreadOf(b)];
  if (of === null || to === null) return null;
  const margin = Math.max((of.max - of.min) / 2, (to.max - to.min) / 2, least);
  return { difference: of.mean - to.mean, margin };
}

/** The same for test accuracies, which ten thousand images measure to a standard error of their own. */
export function compareAccuracies(a: Trials, b: Trials): Comparison | null {
  const [of, to] = [spreadOf(a), spreadOf(b)];
  if (of === null || to === null) return null;
  const variance = (p: number, trials: number) => (p * (1 - p)) / (TEST_EXAMPLES * trials);
  return compare(a, b, Math.sqrt(variance(of.mean, of.count) + variance(to.mean, to.count)));
}

/** Whether a is more than b. */
export function isMore(comparison: Comparison | null): Outcome {
  if (comparison === null || Math.abs(comparison.difference) <= comparison.margin) return 'undecided';
  return comparison.difference > 0 ? 'holds' : 'does not hold';
}

/** Whether a is less than b. */
export function isLess(comparison: Comparison | null): Outcome {
  return isMore(comparison && { ...comparison, difference: -comparison.difference });
}

/** Whether a is no less than b, as far as can be told. */
export function isLevel(comparison: Comparison | null): Outcome {
  if (comparison === null) return 'undecided';
  return comparison.difference >= -comparison.margin ? 'holds' : 'does not hold';
}

/** Whether all of it holds: one failure decides, one doubt leaves it open. */
export function all(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('does not hold')) return 'does not hold';
  return outcomes.length === 0 || outcomes.includes('undecided') ? 'undecided' : 'holds';
}

import type { EarlyStop, FinalMetrics, TrainingResult } from '@winnow/engine';
import type { CellId } from '@winnow/tickets';
import type { CellPlan } from './cell-plan.js';

/** How a round that may stop early has ended (see `EarlyBird`). */
export interface RoundEnd {
  /** The last that was trained. */
  readonly iteration: number;
  /** The largest distance of its mask to those of the window; null if it did not settle, and the training is whole. */
  readonly distance: number | null;
}

/** A cell as `--json` prints it. Accuracies lie between 0 and 1; losses are means per example. */
export interface CellSummary extends CellId {
  /** Fraction of the weights that survive. */
  readonly density: number;
  /** How many survive. */
  readonly weights: number;
  /** Weight values that memory held during the training. */
  readonly stored: number;
  /** At the iteration of least validation loss; `testAccuracy` is null where it was not evaluated. */
  readonly earlyStop: Omit<EarlyStop, 'validationAccuracy'>;
  /** At the last iteration; `trainLoss` is the mean over the last 100 batches. */
  readonly final: Omit<FinalMetrics, 'validationAccuracy'>;
  /** SHA-256 of the final parameters (docs/arithmetic.md). */
  readonly digest: string;
  /** Median over the calls into the kernels, training only. */
  readonly microsecondsPerStep: number;
  /** Of rounds under early-bird alone. */
  readonly earlyBird?: RoundEnd | undefined;
}

/** All that is kept of a finished cell besides its curve and its parameters. */
export interface CellRecord extends CellSummary {
  readonly earlyStop: EarlyStop;
  readonly final: FinalMetrics;
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
}

/** The record of a training that has just ended. */
export function recordOf(cell: CellPlan, result: TrainingResult, earlyBird?: RoundEnd): CellRecord {
  const { trial, level, kind, replicate, density, weights } = cell;
  const { stored, earlyStop, final, digest, microsecondsPerStep, trainingSeconds, evaluationSeconds } = result;
  return {
    trial,
    level,
    kind,
    replicate,
    density,
    weights,
    stored,
    earlyStop,
    final,
    digest,
    microsecondsPerStep,
    trainingSeconds,
    evaluationSeconds,
    ...(earlyBird && { earlyBird }),
  };
}

/** What is shown of a record: exactly what `--json` promises, named field by field since a record may be a stored cell, which has more. */
export function summaryOf(record: CellRecord): CellSummary {
  const {
    trial,
    level,
    kind,
    replicate,
    density,
    weights,
    stored,
    earlyStop,
    final,
    digest,
    microsecondsPerStep,
    earlyBird,
  } = record;
  return {
    trial,
    level,
    kind,
    replicate,
    density,
    weights,
    stored,
    earlyStop: {
      iteration: earlyStop.iteration,
      validationLoss: earlyStop.validationLoss,
      testAccuracy: earlyStop.testAccuracy,
    },
    final: {
      trainLoss: final.trainLoss,
      validationLoss: final.validationLoss,
      testAccuracy: final.testAccuracy,
    },
    digest,
    microsecondsPerStep,
    ...(earlyBird && { earlyBird }),
  };
}

import type { MetricRow } from '@winnow/engine';
import type { SupermaskKind } from './supermask-experiment.js';

/** One density of a sweep with one pruning power for all layers. */
export interface SweepPoint {
  /** Of the whole network. */
  readonly density: number;
  readonly testAccuracy: number;
  readonly validationAccuracy: number;
}

/** What a trial found. Accuracies lie between 0 and 1. */
export interface SupermaskTrial {
  readonly trial: number;
  readonly density: number;
  readonly weights: number;
  readonly layerDensities: readonly number[];
  /** Learned masks: means over ten drawn masks. Others: of the one mask there is. */
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
  /** Of the one mask that can be shipped. */
  readonly deterministicValidationAccuracy: number;
  readonly deterministicTestAccuracy: number;
  /** One pruning power for all layers (heuristic masks); empty for the others. */
  readonly sweep: readonly SweepPoint[];
  /** Test accuracy of the trained dense network that heuristic masks come from; null for the others. */
  readonly denseTestAccuracy: number | null;
  readonly rows: readonly MetricRow[];
  /** Of the scores, or of the masked weights. */
  readonly digest: string;
  readonly microsecondsPerStep: number;
  readonly seconds: number;
}

/** A finished search as `--json` prints it: the trial of the best validation accuracy, and all of them. */
export interface SupermaskSummary {
  /** The run folder; null in memory. */
  readonly run: string | null;
  readonly kind: SupermaskKind;
  readonly network: string;
  readonly data: string;
  readonly seed: number;
  readonly density: number;
  readonly weights: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
  readonly deterministicTestAccuracy: number;
  readonly sweep: readonly Omit<SweepPoint, 'validationAccuracy'>[];
  readonly trials: readonly Omit<SupermaskTrial, 'rows' | 'sweep'>[];
}

export function summariseSupermask(
  of: Pick<SupermaskSummary, 'run' | 'kind' | 'network' | 'data' | 'seed'>,
  trials: readonly SupermaskTrial[],
): SupermaskSummary {
  const best = bestTrial(trials);
  const { density, weights, validationAccuracy, testAccuracy, deterministicTestAccuracy } = best;
  return {
    ...of,
    density,
    weights,
    validationAccuracy,
    testAccuracy,
    deterministicTestAccuracy,
    sweep: best.sweep.map((point) => ({ density: point.density, testAccuracy: point.testAccuracy })),
    trials: trials.map(({ rows: _, sweep: _1, ...trial }) => trial),
  };
}

/** The trial of the best validation accuracy of the mask that ships, the earliest on ties. */
export function bestTrial(trials: readonly SupermaskTrial[]): SupermaskTrial {
  return trials.reduce((best, trial) =>
    trial.deterministicValidationAccuracy > best.deterministicValidationAccuracy ? trial : best,
  );
}

/** The point of a sweep that validation data would choose. */
export function bestPoint(sweep: readonly SweepPoint[]): SweepPoint | null {
  if (sweep.length === 0) return null;
  return sweep.reduce((best, point) => (point.validationAccuracy > best.validationAccuracy ? point : best));
}

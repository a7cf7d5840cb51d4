import type { LaidOutData } from '../data/laid-out-data.js';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import type { Parameters } from '../parameters.js';
import type { Recipe } from '../recipe/recipe.js';
import type { DataOrder } from './data-order.js';
import type { Shareable } from './threads.js';

/** Everything that decides a training. The backend decides no bit of it. */
export interface TrainingOptions extends Shareable {
  readonly network: Network;
  readonly masks: Masks;
  /** Which of the survivors keep their start values throughout; none by default. */
  readonly frozen?: Masks | null;
  /** The survivors' start values. */
  readonly start: Parameters;
  readonly recipe: Recipe;
  readonly data: LaidOutData;
  readonly seed: number;
  readonly trial: number;
  /** 0, or k when rewound to iteration k: the run covers iterations k + 1 to the recipe's last, with their data and rate. */
  readonly startIteration: number;
  /** 'end' keeps the rate where the schedule leaves it, for training on after a whole one. 'start' by default. */
  readonly scheduleFrom?: 'start' | 'end';
  /** Iterations whose parameters are kept, for rewinding to them. */
  readonly snapshotAt?: readonly number[];
  /** Shared by trainings of one seed and trial, so that each epoch's order is computed once. Its own by default. */
  readonly order?: DataOrder;
}

/** One evaluation. Losses are means per example; accuracies lie between 0 and 1. */
export interface MetricRow {
  readonly iteration: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** null where the contract does not ask for the test set. */
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  /** Mean loss of the training batches since the row before; null in the first row. */
  readonly trainLoss: number | null;
}

/** An exact checkpoint. `meta` survives JSON, `arrays` any file of f32 tensors. */
export interface SavedRun {
  readonly meta: SavedRunMeta;
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

export interface SavedRunMeta {
  readonly iteration: number;
  readonly beta1Power: number;
  readonly beta2Power: number;
  readonly rows: readonly MetricRow[];
  /** Sum of the batches' losses since the last row; checkpoints of an earlier version have none, and were made at a row. */
  readonly lossesSinceRow?: number;
  readonly snapshots: readonly number[];
  readonly callMicroseconds: readonly number[];
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
}

/** The row of least validation loss, the earliest on ties; the start does not count. Found afterwards. */
export interface EarlyStop {
  readonly iteration: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number | null;
}

export interface FinalMetrics {
  /** Mean over the last 100 training batches. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number | null;
}

export interface TrainingResult {
  readonly rows: readonly MetricRow[];
  readonly earlyStop: EarlyStop;
  readonly final: FinalMetrics;
  readonly parameters: Parameters;
  /** By iteration. */
  readonly snapshots: ReadonlyMap<number, Parameters>;
  /** Of the final parameters. */
  readonly digest: string;
  /** Weight values that memory held during the training. */
  readonly stored: number;
  /** Median over the calls into the kernels, training only. */
  readonly microsecondsPerStep: number;
  readonly evaluationSeconds: number;
  readonly trainingSeconds: number;
}

/** A training that is under way. It owns memory until it is closed. */
export interface TrainingRun {
  readonly iteration: number;
  /** Those of `TrainingOptions.snapshotAt` that it has come to so far. */
  readonly snapshots: ReadonlyMap<number, Parameters>;
  /**
   * Trains on towards the next evaluation, for about a second.
   * @returns whether there is more to train before it, so that the run may be saved here too
   * @throws RunError naming layer and iteration if a value is not finite
   */
  advance(): boolean;
  /**
   * Trains to the next evaluation and evaluates; null when there is none left.
   * @throws RunError naming layer and iteration if a value is not finite
   */
  next(): MetricRow | null;
  /** The survivors' values where the run stands. */
  parameters(): Parameters;
  /** Ends the training at the evaluation where it stands, as if its recipe had no more iterations. @throws Error at the start */
  stop(): void;
  /** An exact checkpoint of where the run is: restored anywhere, it goes on with the same bits. */
  save(): SavedRun;
  /** What the training gave. @throws Error before `next` has returned null */
  result(): TrainingResult;
  close(): void;
}

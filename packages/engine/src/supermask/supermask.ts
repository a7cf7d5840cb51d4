import type { LaidOutData } from '../data/laid-out-data.js';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import type { Recipe } from '../recipe/recipe.js';
import type { DataOrder } from '../training/data-order.js';
import type { Shareable } from '../training/threads.js';
import type { MetricRow, SavedRun } from '../training/training.js';

/**
 * How a mask comes from its scores (docs/arithmetic.md, "Supermasks").
 *
 * - `sampled`: each bit is drawn with probability sigmoid(score) (Zhou et al. 2019, §5).
 * - `top`: in each layer the share `density` of largest scores, edge-popup (Ramanujan et al. 2020).
 */
export type MaskRule =
  | {
      readonly kind: 'sampled';
      /** Added to the loss: this times the expected density of the network. 0 for none. */
      readonly pressure: number;
    }
  | { readonly kind: 'top'; readonly density: number };

/** Everything that decides the training of a supermask. The backend decides no bit of it. */
export interface SupermaskOptions extends Shareable {
  readonly network: Network;
  /** The frozen weights: one tensor (outputs, inputs) for each weight layer. Biases stay 0, as in the authors' code. */
  readonly values: readonly Float32Array[];
  readonly rule: MaskRule;
  /** Dynamic weight rescaling: a layer is multiplied by its size ÷ its ones, and the gradient flows through (Zhou et al. 2019, §5). */
  readonly rescale: boolean;
  /** Of the scores. Weight decay must be 0; the initialisation is not looked at. */
  readonly recipe: Recipe;
  readonly data: LaidOutData;
  readonly seed: number;
  readonly trial: number;
  /** As for `startTraining`. */
  readonly order?: DataOrder;
}

/** How masks do on a set; accuracies between 0 and 1. */
export interface SupermaskAccuracy {
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
}

export interface SupermaskResult {
  /** On validation data, with the deterministic mask; the test set is judged at the end alone. */
  readonly rows: readonly MetricRow[];
  /** The one mask that can be shipped: probability above ½, or the largest scores. */
  readonly masks: Masks;
  /** Its fraction of ones. */
  readonly density: number;
  readonly deterministic: SupermaskAccuracy;
  /** Means over ten masks, drawn anew; the deterministic one for top masks. */
  readonly sampled: SupermaskAccuracy;
  /** SHA-256 over the scores, layer after layer. */
  readonly digest: string;
  readonly microsecondsPerStep: number;
  readonly trainingSeconds: number;
  readonly evaluationSeconds: number;
}

/** The training of a supermask that is under way. It owns memory until it is closed. */
export interface SupermaskRun {
  readonly iteration: number;
  /** Trains on towards the next evaluation, for about a second. @returns whether there is more to train before it @throws RunError if a value is not finite */
  advance(): boolean;
  /** Trains to the next evaluation and evaluates; null when there is none left. @throws RunError if a value is not finite */
  next(): MetricRow | null;
  /** An exact checkpoint: restored anywhere, it goes on with the same bits. */
  save(): SavedRun;
  /** @throws Error before `next` has returned null */
  result(): SupermaskResult;
  close(): void;
}

/** Masks that are drawn to judge a sampled supermask (Zhou et al. 2019, §5). */
export const EVALUATION_SAMPLES = 10;

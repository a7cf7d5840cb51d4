import type { Masks, Network, Parameters, Recipe, TrainingOptions } from '@winnow/engine';
import type { EarlyBird } from '../early-bird/rule.js';
import type { Mask0Action } from '../mask-actions/mask-0.js';
import type { Mask1Action } from '../mask-actions/mask-1.js';
import type { Pruning } from '../pruning/pruning.js';
import type { Schedule } from './cell.js';

/** Where a ticket's survivors start from. */
export type Rewind =
  /** Their values at this iteration of the dense training, whose rest is trained again; 0: their initial values. */
  | { readonly kind: 'iteration'; readonly iteration: number }
  /** Their trained values; only the learning rate goes back to its start (Renda, Frankle & Carbin 2020). */
  | { readonly kind: 'rate' };

/** All that decides a search but its data. */
export interface Search {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly pruning: Pruning;
  readonly schedule: Schedule;
  readonly rewind: Rewind;
  /** What kept weights start from. Of iterative and one-shot tickets alone, as is `mask0`. */
  readonly mask1: Mask1Action;
  /** What becomes of pruned weights. */
  readonly mask0: Mask0Action;
  readonly seed: number;
  /** Stops rounds whose mask has settled; without it every training is whole. */
  readonly earlyBird?: EarlyBird;
}

/** What a finished training leaves to those that build on it. */
export interface TrainedCell {
  /** The weights that were in memory: those that are kept, and those that are frozen. */
  readonly masks: Masks;
  /** Those that are kept; absent where no weight is frozen, and `masks` says it all. */
  readonly kept?: Masks;
  /** The survivors at the end of training. */
  readonly parameters: Parameters;
  /** Gradients of the mean training loss there, of all weights in memory; computed when asked for. */
  readonly gradient?: () => Parameters;
  /** Their values at the iterations that `TrainingStart.snapshotAt` asked for. */
  readonly snapshots: ReadonlyMap<number, Parameters>;
}

/** What the search decides of a training's options. */
export type TrainingStart = Required<
  Pick<TrainingOptions, 'masks' | 'frozen' | 'start' | 'startIteration' | 'scheduleFrom' | 'snapshotAt'>
> &
  Pick<TrainedCell, 'kept'>;

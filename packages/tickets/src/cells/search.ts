import type { Masks, Network, Parameters, Recipe, TrainingOptions } from '@winnow/engine';
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
  readonly seed: number;
}

/** What a finished training leaves to those that build on it. */
export interface TrainedCell {
  readonly masks: Masks;
  /** The survivors at the end of training. */
  readonly parameters: Parameters;
  /** Their values at the iterations that `TrainingStart.snapshotAt` asked for. */
  readonly snapshots: ReadonlyMap<number, Parameters>;
}

/** What the search decides of a training's options. */
export type TrainingStart = Required<
  Pick<TrainingOptions, 'masks' | 'start' | 'startIteration' | 'scheduleFrom' | 'snapshotAt'>
>;

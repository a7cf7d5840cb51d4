import type { Stream } from '@winnow/arithmetic';

/** What a criterion sees of one survivor. */
export interface Weight {
  /** Its value at iteration 0, also when tickets are rewound to a later one. */
  readonly initial: number;
  /** Its value at the end of training. */
  readonly final: number;
  /** The weight layer it belongs to, counted from 0. */
  readonly layer: number;
  /** Its place in that layer, in row order; it never changes as others are pruned. */
  readonly position: number;
  /**
   * Gradient of the mean training loss at the final values (see `TrainedValues.gradient`). It is computed when it is first read.
   * @throws UserError where there is none
   */
  readonly gradient: number;
}

/** Survivors that are ranked together: those of one layer, or of several for global pruning. */
export interface Group {
  /** Initial values, layer after layer, each in row order. */
  readonly initial: Float32Array;
  /** Final values of the same weights. */
  readonly final: Float32Array;
  /** Gradients of the same weights. @throws UserError where there are none */
  gradient(): Float32Array;
  /** How many of them are to be kept. */
  readonly keep: number;
  /** Random words for each weight layer of the network, of this trial and level. */
  readonly streams: readonly Stream[];
}

/** The larger, the longer kept. Must be finite; equal scores go by ascending position. */
export type Score = (weight: Weight) => number;

/** Whether weights at this point of the (wi, wf) plane are kept, where the least score that is kept is `threshold`. */
export type Region = (point: Pick<Weight, 'initial' | 'final'>, threshold: number) => boolean;

/** The part of the (wi, wf) plane that figures shade; by default where the score reaches the threshold, null for none. */
interface Regional {
  readonly region?: Region | null;
}

/**
 * What decides which weights are kept: the largest by score. Most criteria look at one weight at a time (`score`);
 * one that must see all that it ranks together first says `prepare`.
 *
 *     const largeFinal: Criterion = { name: 'large-final', score: ({ final }) => Math.abs(final) };
 */
export type Criterion = WeightCriterion | GroupCriterion;

export interface WeightCriterion extends Regional {
  readonly name: string;
  readonly score: Score;
}

export interface GroupCriterion extends Regional {
  readonly name: string;
  readonly prepare: (group: Group) => Score;
}

/** The criterion's score for the weights of a group. */
export function scoreFor(criterion: Criterion, group: Group): Score {
  return 'score' in criterion ? criterion.score : criterion.prepare(group);
}

/**
 * A criterion of somebody's own as the text of a file, plain data that threads and run files can hold. Whoever prunes with it
 * runs it first, and puts the criterion that it exports in its place.
 */
export interface CriterionSource {
  /** What results call it: the file's name without its ending. */
  readonly name: string;
  /** Where the text was read from, as it was written on the command line. */
  readonly file: string;
  readonly source: string;
  /** SHA-256 of `source`: all of it that decides a bit. */
  readonly digest: string;
}

import type { ChannelScaling } from '@winnow/data';

/** Training images: raw rows, from which each step gathers its batch. Offsets count 64-byte lines. */
export interface TrainingSet {
  readonly count: number;
  /** (count, features) u8, in the split's order. */
  readonly images: number;
  /** (count) u8. */
  readonly labels: number;
}

/** Images that are judged in order: blocks of 64. Offsets count 64-byte lines. */
export interface EvaluationSet {
  readonly count: number;
  /** (blocks, features, 64) u8; lanes beyond the count are 0. */
  readonly images: number;
  /** (count) u8. */
  readonly labels: number;
}

/**
 * A data set as the kernels read it, once in shared memory for all workers. A plain value: it can be sent to a worker,
 * which then shares the bytes.
 */
export interface LaidOutData {
  readonly name: string;
  /** Of the data set, as its loader says. */
  readonly digest: string;
  /** Over a SharedArrayBuffer. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Values of one example. */
  readonly features: number;
  readonly classes: number;
  /** What a byte is multiplied by, an f32. */
  readonly scale: number;
  /** What is done after that, by channel of features / channels values each; absent where nothing is. */
  readonly channels?: readonly ChannelScaling[];
  /** (features) u8: 1 where some example of the three sets is not 0; everywhere if channels are shifted. */
  readonly lit: Uint8Array;
  readonly train: TrainingSet;
  readonly validation: EvaluationSet;
  readonly test: EvaluationSet;
}

/** Bytes of a line, on which everything in the data starts. */
export const LINE_BYTES = 64;

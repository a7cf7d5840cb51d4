import type { BitMask } from '@winnow/arithmetic';

/** Which weights of a layer survive: one bit a weight, in row order. */
export type Masks = readonly BitMask[];

/** What a layer holds. A pruned weight has no place here, so nothing can revive it. */
export interface LayerParameters {
  /** The survivors' values in row order: as many as the layer's mask has ones. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** One entry for each weight layer, in order. */
export type Parameters = readonly LayerParameters[];

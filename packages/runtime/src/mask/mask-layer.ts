import type { PictureShape } from './picture.js';

/** A layer whose mask is coded: all that both sides know before the first bit. */
export interface MaskLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** How many inputs in a row read one output, or output channel, of the layer before. */
  readonly inputsPerUnit: number;
  /** How the inputs of one output lie in a picture, or as kernels; null where they do not. */
  readonly picture: PictureShape | null;
  /** Start values of all weights, (outputs, inputs), grown from the seed. */
  readonly initial: Float32Array;
  /** The standard deviation they were drawn with. */
  readonly deviation: number;
}

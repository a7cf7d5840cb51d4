import { TRUNCATED_DEVIATION, truncatedNormals } from '@winnow/arithmetic';
import type { Initialiser } from './initialiser.js';

/** Glorot's Gaussian, cut at two standard deviations and widened to keep its variance: Keras' `GlorotNormal`. */
export const glorotNormalTruncated: Initialiser = {
  draw: truncatedNormals,
  scale: ({ inputs, fanOut }) => Math.sqrt(2 / (inputs + fanOut)) / TRUNCATED_DEVIATION,
};

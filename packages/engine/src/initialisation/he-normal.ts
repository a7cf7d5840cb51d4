import { normals } from '@winnow/arithmetic';
import type { Initialiser } from './initialiser.js';

/** Gaussian with variance 2 / inputs: He et al. 2015, §2.2. */
export const heNormal: Initialiser = {
  draw: normals,
  scale: ({ inputs }) => Math.sqrt(2 / inputs),
};

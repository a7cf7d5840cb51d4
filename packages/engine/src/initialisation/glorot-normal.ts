import { normals } from '@winnow/arithmetic';
import type { Initialiser } from './initialiser.js';

/** Gaussian with variance 2 / (inputs + outputs): Glorot & Bengio 2010, §4.2.1; used by Frankle & Carbin 2019. */
export const glorotNormal: Initialiser = {
  draw: normals,
  scale: ({ inputs, fanOut }) => Math.sqrt(2 / (inputs + fanOut)),
};

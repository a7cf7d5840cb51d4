import { uniforms } from '@winnow/arithmetic';
import type { Initialiser } from './initialiser.js';

/** Uniform in ±√(6 / (inputs + fanOut)): Glorot & Bengio 2010, eq. 16. */
export const glorotUniform: Initialiser = {
  draw: uniforms,
  scale: ({ inputs, fanOut }) => Math.sqrt(6 / (inputs + fanOut)),
};

import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that start largest: score |wi|.
 * `large_init` in Zhou et al. 2019 §2.
 */
export const largeInit: Criterion = {
  name: 'large-init',
  score: ({ initial }) => Math.abs(initial),
};

import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that start smallest: score −|wi|.
 * `small_init` in Zhou et al. 2019 §2.
 */
export const smallInit: Criterion = {
  name: 'small-init',
  score: ({ initial }) => -Math.abs(initial),
};

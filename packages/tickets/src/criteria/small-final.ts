import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that end smallest: score −|wf|.
 * `small_final` in Zhou et al. 2019 §2.
 */
export const smallFinal: Criterion = {
  name: 'small-final',
  score: ({ final }) => -Math.abs(final),
};

import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that end largest: score |wf|.
 * Frankle & Carbin 2019 §2; `large_final` in Zhou et al. 2019 §2.
 */
export const largeFinal: Criterion = {
  name: 'large-final',
  score: ({ final }) => Math.abs(final),
};

import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that moved farthest: score |wf − wi|.
 * `movement` in Zhou et al. 2019 §2.
 */
export const movement: Criterion = {
  name: 'movement',
  score: ({ initial, final }) => Math.abs(final - initial),
};

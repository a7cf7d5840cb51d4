import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that grew most: score |wf| − |wi|.
 * `magnitude_increase` in Zhou et al. 2019 §2.
 */
export const magnitudeIncrease: Criterion = {
  name: 'magnitude-increase',
  score: ({ initial, final }) => Math.abs(final) - Math.abs(initial),
};

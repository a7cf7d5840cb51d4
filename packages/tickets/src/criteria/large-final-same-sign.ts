import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that end largest among those that kept their sign: score |wf| if sign(wf) = sign(wi), else 0.
 * `large_final_same_sign` in Zhou et al. 2019 §4. As in the authors' code, 0 is a sign of its own.
 */
export const largeFinalSameSign: Criterion = {
  name: 'large-final-same-sign',
  score: ({ initial, final }) => (Math.sign(final) === Math.sign(initial) ? Math.abs(final) : 0),
};

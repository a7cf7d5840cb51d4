import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that end largest among those that changed their sign: score |wf| if sign(wf) ≠ sign(wi), else 0.
 * `large_final_diff_sign` in Zhou et al. 2019 §4. As in the authors' code, 0 is a sign of its own.
 */
export const largeFinalDiffSign: Criterion = {
  name: 'large-final-diff-sign',
  score: ({ initial, final }) => (Math.sign(final) === Math.sign(initial) ? 0 : Math.abs(final)),
};

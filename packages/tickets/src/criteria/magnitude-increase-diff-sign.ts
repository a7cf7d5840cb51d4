import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that grew most and changed their sign: score |wf| − |wi| if sign(wf) ≠ sign(wi), else 0.
 * `magnitude_increase_diff_sign` in the code of Zhou et al. 2019, followed as it is: a weight that kept its sign
 * stands below those that grew and above those that shrank. 0 is a sign of its own.
 */
export const magnitudeIncreaseDiffSign: Criterion = {
  name: 'magnitude-increase-diff-sign',
  score: ({ initial, final }) => (Math.sign(final) === Math.sign(initial) ? 0 : Math.abs(final) - Math.abs(initial)),
};

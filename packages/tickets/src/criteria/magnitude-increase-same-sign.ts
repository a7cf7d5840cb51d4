import type { Criterion } from '../criterion.js';

/**
 * Keep the weights that grew most and kept their sign: score |wf| − |wi| if sign(wf) = sign(wi), else 0.
 * `magnitude_increase_same_sign` in the code of Zhou et al. 2019, followed as it is: a weight that changed its sign
 * stands below those that grew and above those that shrank. 0 is a sign of its own.
 */
export const magnitudeIncreaseSameSign: Criterion = {
  name: 'magnitude-increase-same-sign',
  score: ({ initial, final }) => (Math.sign(final) === Math.sign(initial) ? Math.abs(final) - Math.abs(initial) : 0),
};

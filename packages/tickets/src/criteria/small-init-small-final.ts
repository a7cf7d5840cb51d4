import type { Criterion } from '../criterion.js';
import { alignment } from './alignment.js';

/**
 * Keep the weights that both start and end small: score −max(α |wf|, |wi|), with α from `alignment`.
 * `small_init_small_final` in Zhou et al. 2019 §2.
 */
export const smallInitSmallFinal: Criterion = {
  name: 'small-init-small-final',
  prepare: (group) => {
    const alpha = alignment(group, 'small');
    return ({ initial, final }) => -Math.max(alpha * Math.abs(final), Math.abs(initial));
  },
};

import type { Criterion } from '../criterion.js';
import { alignment } from './alignment.js';

/**
 * Keep the weights that both start and end large: score min(α |wf|, |wi|), with α from `alignment`.
 * `large_init_large_final` in Zhou et al. 2019 §2.
 */
export const largeInitLargeFinal: Criterion = {
  name: 'large-init-large-final',
  prepare: (group) => {
    const alpha = alignment(group, 'large');
    return ({ initial, final }) => Math.min(alpha * Math.abs(final), Math.abs(initial));
  },
};

import { uint32At } from '@winnow/arithmetic';
import type { Criterion } from '../criterion.js';

/**
 * Keep any: a random order, drawn anew at each level.
 * `random` in Zhou et al. 2019 §2, whose score is 0 for all, with ties in random order. Unlike the control of the same
 * name, its masks are nested: each level keeps survivors of the last.
 */
export const random: Criterion = {
  name: 'random',
  region: null,
  prepare:
    ({ streams }) =>
    ({ layer, position }) =>
      uint32At(streams[layer], position),
};

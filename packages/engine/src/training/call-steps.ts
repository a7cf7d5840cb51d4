import type { Network } from '../network/network.js';
import { STEPS_PER_CALL } from '../plan/plan.js';

/** What a call into the kernels should take at most: between calls a training can be saved and stopped. */
const MICROSECONDS = 1e6;

/**
 * How many steps the next call may have, from how long a step of the calls before took. No bit depends on it.
 * @param callMicroseconds of a step, for each call so far
 */
export function callSteps({ image }: Network, callMicroseconds: readonly number[]): number {
  if (callMicroseconds.length === 0) return image === undefined ? STEPS_PER_CALL : 1;
  // The shorter of two, so that a call that was held up once cuts nothing.
  const step = Math.min(callMicroseconds.at(-1)!, callMicroseconds.at(-2) ?? Number.POSITIVE_INFINITY);
  return Math.max(1, Math.min(STEPS_PER_CALL, Math.floor(MICROSECONDS / step)));
}

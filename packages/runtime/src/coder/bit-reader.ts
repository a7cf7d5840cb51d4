import type { BitCoder } from './bit-coder.js';
import { divided, NARROW } from './interval.js';

/**
 * Reads the bits that `bitWriter` wrote, given the same probabilities in the same order. Bytes beyond the end count as 0,
 * so any bytes decode to something, and only a checksum can tell that they are wrong.
 */
export function bitReader(bytes: Uint8Array): BitCoder {
  let at = 0;
  let range = 0xffff_ffff;
  let offset = 0;
  const next = (): number => (at < bytes.length ? bytes[at++] : 0);
  for (let i = 0; i < 4; i++) offset = offset * 256 + next();
  return (probability) => {
    const bound = divided(range, probability);
    const bit = offset < bound ? 1 : 0;
    if (bit === 1) range = bound;
    else {
      offset -= bound;
      range -= bound;
    }
    while (range < NARROW) {
      range *= 256;
      offset = offset * 256 + next();
    }
    return bit;
  };
}

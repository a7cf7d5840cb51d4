import type { BitCoder } from './bit-coder.js';
import { divided, NARROW } from './interval.js';

/** Writes bits so that one of probability p takes −log₂ p bits. */
export interface BitWriter {
  readonly code: BitCoder;
  /** All bytes, without the zeros at their end, which a reader adds by itself. Nothing can be coded afterwards. */
  finish(): Uint8Array;
}

/**
 * Binary arithmetic coding with a range of 32 bits (Martin 1979). What is written so far stands for the numbers from `low` to `low`
 * + `range`; a 1 takes the lower part of them, and each time they fall below 2²⁴ a byte is settled. `low` may pass 2³²: then
 * 1 is carried into the bytes before.
 */
export function bitWriter(): BitWriter {
  const bytes: number[] = [];
  let low = 0;
  let range = 0xffff_ffff;

  function raise(by: number): void {
    low += by;
    if (low < 0x1_0000_0000) return;
    low -= 0x1_0000_0000;
    let at = bytes.length - 1;
    while (bytes[at] === 0xff) bytes[at--] = 0;
    bytes[at]++;
  }

  function settleByte(): void {
    bytes.push(Math.floor(low / NARROW));
    low = (low % NARROW) * 256;
  }

  return {
    code(probability, bit) {
      const bound = divided(range, probability);
      if (bit === 1) range = bound;
      else {
        raise(bound);
        range -= bound;
      }
      while (range < NARROW) {
        range *= 256;
        settleByte();
      }
      return bit;
    },
    finish() {
      raise(roundest(low, range) - low);
      for (let i = 0; i < 4; i++) settleByte();
      while (bytes.at(-1) === 0) bytes.pop();
      return Uint8Array.from(bytes);
    },
  };
}

/** The number from `low` to below `low` + `range` that ends in the most zero bits. */
function roundest(low: number, range: number): number {
  let best = low;
  for (let unit = 2; unit <= 0x1_0000_0000; unit *= 2) {
    const candidate = Math.ceil(low / unit) * unit;
    if (candidate < low + range) best = candidate;
  }
  return best;
}

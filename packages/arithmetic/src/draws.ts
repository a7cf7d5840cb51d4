import type { Stream } from './packed-stream.js';
import { multiplyHigh, philox } from './philox.js';

/** Fills block `index` of the stream, four words, into `out`. */
export function fillBlock(stream: Stream, index: number, out: Uint32Array): void {
  philox(index, stream.counter1, stream.counter2, stream.counter3, stream.key0, stream.key1, out);
}

/** The random 32-bit word at one position of a stream, 0 ≤ position < 2³². To draw many, use `fillUint32`. */
export function uint32At(stream: Stream, position: number): number {
  const block = new Uint32Array(4);
  fillBlock(stream, position >>> 2, block);
  return block[position & 3];
}

/** Fills `out` with the words at positions `first`, `first` + 1, …: element i is `uint32At(stream, first + i)`. */
export function fillUint32(stream: Stream, out: Uint32Array, first = 0): void {
  const block = new Uint32Array(4);
  let filled = -1;
  for (let i = 0; i < out.length; i++) {
    const position = first + i;
    const index = position >>> 2;
    if (index !== filled) {
      fillBlock(stream, index, block);
      filled = index;
    }
    out[i] = block[position & 3];
  }
}

/**
 * The bound below which a random word counts as drawn: floor(p · 2³²), for a probability p in [0, 1].
 * @throws RangeError outside of it
 */
export function probabilityBound(probability: number): number {
  if (probability >= 0 && probability <= 1) return Math.floor(probability * 0x1_0000_0000);
  throw new RangeError(`a probability must be from 0 to 1, not ${probability}`);
}

/** Draws one bit at each position: element i is 1 if the word at position i is below floor(p · 2³²), else 0. */
export function bernoulli(stream: Stream, probability: number, count: number): Uint8Array {
  const bound = probabilityBound(probability);
  const words = new Uint32Array(count);
  fillUint32(stream, words);
  return Uint8Array.from(words, (word) => (word < bound ? 1 : 0));
}

/**
 * A random order of 0 … count − 1 (Fisher & Yates, from the last place down). The step that settles place i draws the
 * word at position i and swaps with place floor(word · (i + 1) / 2³²), which favours no place by more than (i + 1) / 2³².
 */
export function permutation(stream: Stream, count: number): Uint32Array {
  const words = new Uint32Array(count);
  fillUint32(stream, words);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const j = multiplyHigh(words[i], i + 1) >>> 0;
    const settled = order[j];
    order[j] = order[i];
    order[i] = settled;
  }
  return order;
}

import { LANES } from '../contract.js';
import { blocking } from './blocking.js';

/** How a layer's instructions may be divided among threads. */
export interface Sharing {
  /** At most so many; 1 divides nothing. */
  readonly threads: number;
  /** Blocks of 64 lanes in a batch. */
  readonly blocks: number;
}

export const alone: Sharing = { threads: 1, blocks: 1 };

/** Kernels take no more. */
export const MOST_THREADS = 64;

/** Among how many threads a layer with so many weights to compute is divided: every thread must have enough to do. */
export function partsOf(weights: number, sharing: Sharing): number {
  return partsWorth(weights, blocking.multiplyAddsOfThread, sharing);
}

/** The same for what passes over so many values of an example. */
export function partsOfValues(values: number, sharing: Sharing): number {
  return partsWorth(values, blocking.valuesOfThread, sharing);
}

/** @param work of an example @param ofThread what is worth a thread, of a batch */
function partsWorth(work: number, ofThread: number, { threads, blocks }: Sharing): number {
  return Math.max(1, Math.min(threads, MOST_THREADS, Math.floor((work * blocks * LANES) / ofThread)));
}

/** Where the rows of each part begin, and where they end, if all rows hold the same: (parts + 1), in whole register tiles. */
export function evenBounds(rows: number, parts: number, tileRows: number = blocking.tileRows): Int32Array {
  return Int32Array.from({ length: parts + 1 }, (_, part) =>
    part === parts ? rows : Math.min(rows, tileRows * Math.round((rows * part) / parts / tileRows)),
  );
}

/** The same for rows that hold so many weights each. */
export function balancedBounds(counts: ArrayLike<number>, parts: number): Int32Array {
  const bounds = new Int32Array(parts + 1).fill(counts.length, 1);
  const all = Array.from(counts).reduce((sum, count) => sum + count, 0);
  let before = 0;
  let part = 1;
  for (let row = 0; row < counts.length && part < parts; row++) {
    before += counts[row];
    while (part < parts && before * parts >= all * part) bounds[part++] = row + 1;
  }
  return bounds;
}

/** How many parts bounds divide rows into. */
export const partsWithin = (bounds: ArrayLike<number>): number => bounds.length - 1;

/** Which part a row belongs to. */
export function partOf(row: number, bounds: Int32Array): number {
  let part = 0;
  while (part + 2 < bounds.length && row >= bounds[part + 1]) part++;
  return part;
}

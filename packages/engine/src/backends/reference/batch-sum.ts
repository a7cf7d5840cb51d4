import { VIRTUAL_LANES } from '../../contract.js';

/**
 * The sum of `count` terms over a batch: 16 virtual lanes, where lane j starts at +0 and takes terms j, j + 16, … in
 * order, then the halving tree 8-4-2-1 (docs/arithmetic.md, "Sums"). Terms are f32.
 *
 * @param sums 16 f32 to work in
 */
export function batchSum(sums: Float32Array, count: number, term: (element: number) => number): number {
  const lanes = sums.length;
  sums.fill(0);
  for (let element = 0; element < count; element++) {
    // Storing rounds to f32.
    sums[element % lanes] += term(element);
  }
  return halvingTree(sums);
}

/** Lanes j and j + 8, then j and j + 4, then j and j + 2, then the last two. Changes `sums`. */
export function halvingTree(sums: Float32Array): number {
  for (let half = sums.length / 2; half >= 1; half /= 2) {
    for (let j = 0; j < half; j++) sums[j] += sums[j + half];
  }
  return sums[0];
}

/** What `batchSum` works in. */
export function virtualLanes(): Float32Array {
  return new Float32Array(VIRTUAL_LANES);
}

import { VIRTUAL_LANES } from '../../contract.js';

/**
 * The sum of `count` terms over a batch: 16 virtual lanes, where lane j starts at +0 and takes terms j, j + 16, … in
 * order, then the halving tree 8-4-2-1 (docs/arithmetic.md, "Sums"). Terms are f32.
 */
export function batchSum(count: number, term: (element: number) => number): number {
  const sums = new Float32Array(VIRTUAL_LANES);
  for (let element = 0; element < count; element++) {
    // Storing rounds to f32.
    sums[element % VIRTUAL_LANES] += term(element);
  }
  for (let half = VIRTUAL_LANES / 2; half >= 1; half /= 2) {
    for (let j = 0; j < half; j++) sums[j] += sums[j + half];
  }
  return sums[0];
}

import { LANES, VIRTUAL_LANES } from '../../contract.js';
import { halvingTree } from './batch-sum.js';

/**
 * A sum over pictures and positions: 16 lanes; for each 16 pictures in order and each row downward a chain from +0, left to right, which is
 * then added to its lane; last the halving tree (docs/arithmetic.md, "Sums").
 *
 * @param terms adds the terms of one row of one picture, left to right
 */
export function pictureSum(
  blocks: number,
  rows: number,
  terms: (image: number, row: number, add: (term: number) => void) => void,
): number {
  const sums = new Float32Array(VIRTUAL_LANES);
  for (let image = 0; image < blocks * LANES; image++) {
    for (let row = 0; row < rows; row++) {
      let chain = 0;
      terms(image, row, (term) => {
        chain = Math.fround(chain + term);
      });
      sums[image % VIRTUAL_LANES] += chain;
    }
  }
  return halvingTree(sums);
}

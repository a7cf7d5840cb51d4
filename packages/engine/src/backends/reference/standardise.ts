import { LANES } from '../../contract.js';
import { laneOf, type Memory, type Operands } from './memory.js';

/** x = x × factor + shift for each feature, zero in lanes without an example. */
export function standardise({ floats, words }: Memory, step: number, o: Operands<'standardise'>): void {
  const size = o.sizes === 0 ? o.count - step * LANES : words[o.sizes + step];
  for (let lane = 0; lane < o.blocks * LANES; lane++) {
    for (let k = 0; k < o.features; k++) {
      const at = laneOf(o.x, o.features, k, lane);
      const product = Math.fround(floats[at] * floats[o.factors + k]);
      floats[at] = lane < size ? Math.fround(product + floats[o.shifts + k]) : 0;
    }
  }
}

import { LANES } from '../../contract.js';
import { laneOffsets, type Memory, type Operands } from './memory.js';

/** y = W x + b: for each lane from the bias, over ascending inputs. Every input is taken, lit or not. */
export function denseForward({ floats }: Memory, o: Operands<'denseForward'>): void {
  const stride = LANES;
  const xLanes = laneOffsets(o.inputs, o.blocks);
  const yLanes = laneOffsets(o.outputs, o.blocks);
  for (let row = 0; row < o.outputs; row++) {
    for (let lane = 0; lane < xLanes.length; lane++) {
      const x = o.x + xLanes[lane];
      let sum = floats[o.biases + row];
      for (let i = 0; i < o.inputs; i++) {
        const product = Math.fround(floats[o.weights + row * o.inputs + i] * floats[x + i * stride]);
        sum = Math.fround(sum + product);
      }
      floats[o.y + yLanes[lane] + row * stride] = o.relu === 1 ? relu(sum) : sum;
    }
  }
}

/** The same over survivors only, chunk by chunk: within a row that is ascending inputs again. */
export function compressedForward({ floats, words, shorts }: Memory, o: Operands<'compressedForward'>): void {
  const stride = LANES;
  const xLanes = laneOffsets(o.inputs, o.blocks);
  const yLanes = laneOffsets(o.outputs, o.blocks);
  for (let row = 0; row < o.outputs; row++) {
    for (const yLane of yLanes) floats[o.y + yLane + row * stride] = floats[o.biases + row];
  }
  for (let chunk = 0; chunk < o.chunkCount; chunk++) {
    const firstColumn = words[o.chunks + 2 * chunk];
    for (let s = words[o.chunks + 2 * chunk + 1]; s < words[o.chunks + 2 * chunk + 3]; s++) {
      const row = words[o.segments + 3 * s];
      const start = words[o.segments + 3 * s + 1];
      const count = words[o.segments + 3 * s + 2];
      for (let lane = 0; lane < xLanes.length; lane++) {
        const y = o.y + yLanes[lane] + row * stride;
        for (let place = start; place < start + count; place++) {
          const column = firstColumn + shorts[2 * o.indices + place];
          const product = Math.fround(floats[o.values + place] * floats[o.x + xLanes[lane] + column * stride]);
          floats[y] += product;
        }
      }
    }
  }
  if (o.relu === 0) return;
  for (let i = 0; i < o.outputs * yLanes.length; i++) floats[o.y + i] = relu(floats[o.y + i]);
}

/** x if it is positive, else +0. */
export function relu(x: number): number {
  // A NaN becomes 0, as in every kernel; Math.max would keep it.
  return x > 0 ? x : 0;
}

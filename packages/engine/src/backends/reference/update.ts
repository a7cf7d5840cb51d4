import { LANES } from '../../contract.js';
import { batchSum, virtualLanes } from './batch-sum.js';
import { laneOffsets, type Memory, type Operands } from './memory.js';
import { optimize, stepConstants } from './optimizer.js';

/** Gradient and optimizer step of every weight. @returns whether all of them are finite */
export function denseUpdate(memory: Memory, step: number, o: Operands<'denseUpdate'>): boolean {
  const updated = { ...o, values: o.weights };
  const constants = stepConstants(memory, o.constants, step);
  const gradient = weightGradient(memory, o);
  let finite = true;
  for (let row = 0; row < o.outputs; row++) {
    for (let column = 0; column < o.inputs; column++) {
      const place = row * o.inputs + column;
      finite = optimize(memory, updated, constants, place, gradient(row, column), constants.decay) && finite;
    }
  }
  return finite;
}

/** The same at survivors only. */
export function compressedUpdate(memory: Memory, step: number, o: Operands<'compressedUpdate'>): boolean {
  const { words, shorts } = memory;
  const constants = stepConstants(memory, o.constants, step);
  const gradient = weightGradient(memory, o);
  let finite = true;
  for (let chunk = 0; chunk < o.chunkCount; chunk++) {
    const firstColumn = words[o.chunks + 2 * chunk];
    for (let s = words[o.chunks + 2 * chunk + 1]; s < words[o.chunks + 2 * chunk + 3]; s++) {
      const row = words[o.segments + 3 * s];
      const start = words[o.segments + 3 * s + 1];
      const count = words[o.segments + 3 * s + 2];
      for (let place = start; place < start + count; place++) {
        const column = firstColumn + shorts[2 * o.indices + place];
        finite = optimize(memory, o, constants, place, gradient(row, column), constants.decay) && finite;
      }
    }
  }
  return finite;
}

/** Gradient and optimizer step of every bias, without decay. */
export function biasUpdate(memory: Memory, step: number, o: Operands<'biasUpdate'>): boolean {
  const { floats } = memory;
  const updated = { ...o, values: o.biases };
  const constants = stepConstants(memory, o.constants, step);
  const dyLanes = laneOffsets(o.outputs, o.blocks);
  const sums = virtualLanes();
  let finite = true;
  for (let row = 0; row < o.outputs; row++) {
    const dy = o.dy + row * LANES;
    const gradient = batchSum(sums, dyLanes.length, (lane) => floats[dy + dyLanes[lane]]);
    finite = optimize(memory, updated, constants, row, gradient, 0) && finite;
  }
  return finite;
}

interface Product {
  readonly inputs: number;
  readonly outputs: number;
  readonly blocks: number;
  readonly x: number;
  readonly dy: number;
}

/** A weight's gradient by its row and column: Σ over the batch of x × dy. */
function weightGradient({ floats }: Memory, o: Product): (row: number, column: number) => number {
  const xLanes = laneOffsets(o.inputs, o.blocks);
  const dyLanes = laneOffsets(o.outputs, o.blocks);
  const sums = virtualLanes();
  return (row, column) => {
    const x = o.x + column * LANES;
    const dy = o.dy + row * LANES;
    return batchSum(sums, xLanes.length, (lane) => Math.fround(floats[x + xLanes[lane]] * floats[dy + dyLanes[lane]]));
  };
}

import { LANES } from '../../contract.js';
import { batchSum, virtualLanes } from './batch-sum.js';
import { laneOf, type Memory, type Operands } from './memory.js';
import { optimize, stepConstants } from './optimizer.js';

/** Gradient and optimizer step of every weight. @returns whether all of them are finite */
export function denseUpdate(memory: Memory, step: number, o: Operands<'denseUpdate'>): boolean {
  const updated = { ...o, values: o.weights };
  const constants = stepConstants(memory, o.constants, step);
  const sums = virtualLanes();
  let finite = true;
  for (let row = 0; row < o.outputs; row++) {
    for (let column = 0; column < o.inputs; column++) {
      const gradient = weightGradient(memory, o, row, column, sums);
      finite = optimize(memory, updated, constants, row * o.inputs + column, gradient, constants.decay) && finite;
    }
  }
  return finite;
}

/** The same at survivors only. */
export function compressedUpdate(memory: Memory, step: number, o: Operands<'compressedUpdate'>): boolean {
  const { words, shorts } = memory;
  const constants = stepConstants(memory, o.constants, step);
  const sums = virtualLanes();
  let finite = true;
  for (let chunk = 0; chunk < o.chunkCount; chunk++) {
    const firstColumn = words[o.chunks + 2 * chunk];
    for (let s = words[o.chunks + 2 * chunk + 1]; s < words[o.chunks + 2 * chunk + 3]; s++) {
      const row = words[o.segments + 3 * s];
      const start = words[o.segments + 3 * s + 1];
      const count = words[o.segments + 3 * s + 2];
      for (let place = start; place < start + count; place++) {
        const gradient = weightGradient(memory, o, row, firstColumn + shorts[2 * o.indices + place], sums);
        finite = optimize(memory, o, constants, place, gradient, constants.decay) && finite;
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
  const sums = virtualLanes();
  let finite = true;
  for (let row = 0; row < o.outputs; row++) {
    const gradient = batchSum(sums, o.blocks * LANES, (lane) => floats[laneOf(o.dy, o.outputs, row, lane)]);
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

/** Σ over the batch of x × dy. */
function weightGradient({ floats }: Memory, o: Product, row: number, column: number, sums: Float32Array): number {
  return batchSum(sums, o.blocks * LANES, (lane) => {
    const x = floats[laneOf(o.x, o.inputs, column, lane)];
    return Math.fround(x * floats[laneOf(o.dy, o.outputs, row, lane)]);
  });
}

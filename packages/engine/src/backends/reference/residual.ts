import { LANES } from '../../contract.js';
import { relu } from './forward.js';
import type { Memory, Operands } from './memory.js';

/** y = a + b, then ReLU. */
export function add({ floats }: Memory, o: Operands<'add'>): void {
  for (let i = 0; i < o.count; i++) {
    const sum = Math.fround(floats[o.a + i] + floats[o.b + i]);
    floats[o.y + i] = o.relu === 1 ? relu(sum) : sum;
  }
}

/** dx = dx + dy where the gate is open. */
export function addGradient({ floats }: Memory, o: Operands<'addGradient'>): void {
  for (let i = 0; i < o.count; i++) {
    if (o.gate === 0 || floats[o.gate + i] > 0) floats[o.dx + i] += floats[o.dy + i];
  }
}

/** Every stride-th pixel of every stride-th row; zeros in the channels beyond those of x. */
export function subsample({ floats }: Memory, o: Operands<'subsample'>): void {
  forEachResult(o, (x, y) => {
    floats[o.y + y] = x === null ? 0 : floats[o.x + x];
  });
}

/** The gradient goes back where the value came from; elsewhere it is 0. */
export function subsampleInputGradient({ floats }: Memory, o: Operands<'subsampleInputGradient'>): void {
  floats.fill(0, o.dx, o.dx + o.blocks * o.channels * o.height * o.width * LANES);
  forEachResult(o, (x, y) => {
    if (x !== null && (o.gate === 0 || floats[o.gate + x] > 0)) floats[o.dx + x] = floats[o.dy + y];
  });
}

type Subsampled = Pick<Operands<'subsample'>, 'channels' | 'height' | 'width' | 'outputs' | 'stride' | 'blocks'>;

/** Calls back with the word of each value within y and the word within x that it comes from. */
function forEachResult(o: Subsampled, visit: (x: number | null, y: number) => void): void {
  const [rows, columns] = [Math.ceil(o.height / o.stride), Math.ceil(o.width / o.stride)];
  let y = 0;
  for (let block = 0; block < o.blocks; block++) {
    for (let channel = 0; channel < o.outputs; channel++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const plane = (block * o.channels + channel) * o.height + row * o.stride;
          const x = (plane * o.width + column * o.stride) * LANES;
          for (let lane = 0; lane < LANES; lane++, y++) visit(channel < o.channels ? x + lane : null, y);
        }
      }
    }
  }
}

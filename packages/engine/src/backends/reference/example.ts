import { relu } from './forward.js';
import type { Memory, Operands } from './memory.js';

/** y = W x + b of one example: from the bias, over ascending inputs. Every input is taken, lit or not. */
export function denseExampleForward({ floats }: Memory, step: number, o: Operands<'denseExampleForward'>): void {
  const x = o.x + step * o.xStep;
  const y = o.y + step * o.yStep;
  for (let row = 0; row < o.outputs; row++) {
    let sum = floats[o.biases + row];
    for (let i = 0; i < o.inputs; i++) {
      const product = Math.fround(floats[o.weights + i * o.outputs + row] * floats[x + i]);
      sum = Math.fround(sum + product);
    }
    floats[y + row] = o.relu === 1 ? relu(sum) : sum;
  }
}

/** The same over survivors only, column by column. */
export function compressedExampleForward(
  { floats, words, shorts }: Memory,
  step: number,
  o: Operands<'compressedExampleForward'>,
): void {
  const x = o.x + step * o.xStep;
  const y = o.y + step * o.yStep;
  for (let row = 0; row < o.outputs; row++) floats[y + row] = floats[o.biases + row];
  for (let i = 0; i < o.inputs; i++) {
    for (let place = words[o.starts + i]; place < words[o.starts + i + 1]; place++) {
      const row = shorts[2 * o.rows + place];
      floats[y + row] += Math.fround(floats[o.values + place] * floats[x + i]);
    }
  }
  if (o.relu === 0) return;
  for (let row = 0; row < o.outputs; row++) floats[y + row] = relu(floats[y + row]);
}

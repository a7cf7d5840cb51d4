import { LANES } from '../../contract.js';
import type { Memory, Operands } from './memory.js';

type Pooling = Pick<
  Operands<'averagePool'>,
  'channels' | 'height' | 'width' | 'rows' | 'columns' | 'stride' | 'blocks'
>;

/** The mean of each window: from +0 row by row, then divided by its size. */
export function averagePool({ floats }: Memory, o: Operands<'averagePool'>): void {
  forEachWindow(o, (window, y) => {
    const sum = window.reduce((total, at) => Math.fround(total + floats[o.x + at]), 0);
    floats[o.y + y] = sum / (o.rows * o.columns);
    floats[o.y + y] += 0;
  });
}

/** Each window gives every position its gradient divided by the window's size. */
export function averagePoolInputGradient({ floats }: Memory, o: Operands<'averagePoolInputGradient'>): void {
  const values = o.blocks * o.channels * o.height * o.width * LANES;
  floats.fill(0, o.dx, o.dx + values);
  forEachWindow(o, (window, y) => {
    const share = Math.fround(floats[o.dy + y] / (o.rows * o.columns));
    for (const at of window) floats[o.dx + at] += share;
  });
  if (o.gate === 0) return;
  for (let i = 0; i < values; i++) if (!(floats[o.gate + i] > 0)) floats[o.dx + i] = 0;
}

/** Calls back with the words of a window's values within x, row by row, and the word within y; windows of a picture in order. */
function forEachWindow(o: Pooling, visit: (window: readonly number[], y: number) => void): void {
  const windowRows = Math.floor((o.height - o.rows) / o.stride) + 1;
  const windowColumns = Math.floor((o.width - o.columns) / o.stride) + 1;
  let y = 0;
  for (let plane = 0; plane < o.blocks * o.channels; plane++) {
    for (let row = 0; row < windowRows; row++) {
      for (let column = 0; column < windowColumns; column++) {
        for (let lane = 0; lane < LANES; lane++, y++) {
          const window = Array.from({ length: o.rows * o.columns }, (_, k) => {
            const above = row * o.stride + Math.floor(k / o.columns);
            const left = column * o.stride + (k % o.columns);
            return ((plane * o.height + above) * o.width + left) * LANES + lane;
          });
          visit(window, y);
        }
      }
    }
  }
}

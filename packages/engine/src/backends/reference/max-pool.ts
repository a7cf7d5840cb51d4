import { LANES } from '../../contract.js';
import { pooledSize } from '../../plan/convolution-tiles.js';
import type { Memory, Operands } from './memory.js';

type Pooling = Pick<Operands<'maxPool'>, 'channels' | 'height' | 'width' | 'size' | 'stride' | 'blocks' | 'x'>;

/** The largest value of each window: the first one, or a later one that is greater than all before it. */
export function maxPool(memory: Memory, o: Operands<'maxPool'>): void {
  const { floats } = memory;
  forEachWindow(o, (window, y) => {
    floats[o.y + y] = window.reduce((most, at) => (floats[at] > most ? floats[at] : most), floats[window[0]]);
  });
}

/** Each window's gradient goes to the first position that equals its largest value. */
export function maxPoolInputGradient({ floats }: Memory, o: Operands<'maxPoolInputGradient'>): void {
  const values = o.blocks * o.channels * o.height * o.width * LANES;
  floats.fill(0, o.dx, o.dx + values);
  forEachWindow(o, (window, y) => {
    const largest = floats[o.y + y];
    const winner = window.find((at) => floats[at] === largest);
    if (winner === undefined || (o.relu === 1 && !(largest > 0))) return;
    floats[o.dx + winner - o.x] += floats[o.dy + y];
  });
}

/** Calls back with the words of a window's values, row by row, and the word within y; windows of a picture in order. */
function forEachWindow(o: Pooling, visit: (window: readonly number[], y: number) => void): void {
  const [rows, columns] = [pooledSize(o.height, o), pooledSize(o.width, o)];
  for (let plane = 0; plane < o.blocks * o.channels; plane++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let lane = 0; lane < LANES; lane++) {
          const window = Array.from({ length: o.size * o.size }, (_, k) => {
            const y = row * o.stride + Math.floor(k / o.size);
            const x = column * o.stride + (k % o.size);
            return o.x + ((plane * o.height + y) * o.width + x) * LANES + lane;
          });
          visit(window, ((plane * rows + row) * columns + column) * LANES + lane);
        }
      }
    }
  }
}

import { LANES, VIRTUAL_LANES } from '../../contract.js';
import type { Memory } from './memory.js';
import { pictureValueAt } from './picture-values.js';

/** Windows of 2 × 2; what stands for a window that no gradient passes. See `winners` in the instruction table. */
const WINDOW = 2;
const NO_WINNER = WINDOW * WINDOW;

interface Results {
  readonly outputs: number;
  readonly blocks: number;
  readonly winners: number;
}

/** Of a convolution's result (blocks, outputs, rows, columns, 64), the largest of each window goes to y, and which it was to winners. */
export function poolResult(
  { floats, bytes }: Memory,
  o: Results & { readonly y: number; readonly relu: number },
  rows: number,
  columns: number,
  values: Float32Array,
): void {
  for (let image = 0; image < o.blocks * LANES; image++) {
    for (let output = 0; output < o.outputs; output++) {
      for (let row = 0; row < rows; row += WINDOW) {
        for (let column = 0; column < columns; column += WINDOW) {
          const window = Array.from({ length: WINDOW * WINDOW }, (_, k) => {
            const [below, right] = [Math.floor(k / WINDOW), k % WINDOW];
            return values[pictureValueAt(o.outputs, rows, columns, image, output, row + below, column + right)];
          });
          const largest = window.reduce((most, value) => (value > most ? value : most), window[0]);
          const winner = window.indexOf(largest);
          const passes = winner >= 0 && (o.relu === 0 || largest > 0);
          const place = pooledAt(o, rows, columns, image, output, row, column);
          floats[o.y + place] = largest;
          bytes[winnerAt(o.winners, place)] = passes ? winner : NO_WINNER;
        }
      }
    }
  }
}

/** The gradient at a convolution's result: dy if it is not pooled, else spread over the windows. */
export function gradientAtResult(
  { floats, bytes }: Memory,
  o: Results & { readonly dy: number },
  rows: number,
  columns: number,
): Float32Array {
  const count = o.blocks * o.outputs * rows * columns * LANES;
  if (o.winners === 0) return floats.subarray(o.dy, o.dy + count);
  const gradient = new Float32Array(count);
  for (let image = 0; image < o.blocks * LANES; image++) {
    for (let output = 0; output < o.outputs; output++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const place = pooledAt(o, rows, columns, image, output, row, column);
          const number = WINDOW * (row % WINDOW) + (column % WINDOW);
          if (bytes[winnerAt(o.winners, place)] !== number) continue;
          gradient[pictureValueAt(o.outputs, rows, columns, image, output, row, column)] = floats[o.dy + place];
        }
      }
    }
  }
  return gradient;
}

/** The word among pooled values. */
function pooledAt(
  { outputs }: Pick<Results, 'outputs'>,
  rows: number,
  columns: number,
  image: number,
  output: number,
  row: number,
  column: number,
): number {
  const [r, c] = [Math.floor(row / WINDOW), Math.floor(column / WINDOW)];
  return pictureValueAt(outputs, rows / WINDOW, columns / WINDOW, image, output, r, c);
}

/** The byte that says who won what lies at a word of the pooled values. */
function winnerAt(winners: number, place: number): number {
  const lane = place % LANES;
  return 4 * winners + (place - lane) + 4 * (lane % VIRTUAL_LANES) + Math.floor(lane / VIRTUAL_LANES);
}

import { type BitMask, isFull, maskIndices } from '@winnow/arithmetic';
import type { WeightLayer } from '../network/network.js';

/** How a layer's weights lie for one example at a time: by columns, so that an input of zero skips its column. */
export type ColumnForm = DenseColumns | CompressedColumns;

/** (inputs, outputs), while nothing is pruned. */
export interface DenseColumns {
  readonly kind: 'dense';
  /** Which weight (in row order) each place holds. */
  readonly order: Uint32Array;
}

/** Survivors only. */
export interface CompressedColumns {
  readonly kind: 'compressed';
  /** (inputs + 1) i32: where each column's survivors begin. */
  readonly starts: Int32Array;
  /** Row of each survivor, ascending within a column. */
  readonly rows: Uint16Array;
  /** Which survivor (in row order) each place holds. */
  readonly order: Uint32Array;
}

/** Rows of the compressed form are 16 bits wide. */
export const MOST_OUTPUTS = 65_536;

/** The columns of a layer under a mask. A compressed one has at most `MOST_OUTPUTS` outputs. */
export function columnForm(layer: Pick<WeightLayer, 'inputs' | 'outputs'>, mask: BitMask): ColumnForm {
  const { inputs, outputs } = layer;
  const positions = maskIndices(mask);
  const starts = new Int32Array(inputs + 1);
  for (const position of positions) starts[(position % inputs) + 1]++;
  for (let column = 0; column < inputs; column++) starts[column + 1] += starts[column];

  const next = starts.slice(0, inputs);
  const rows = new Uint16Array(positions.length);
  const order = new Uint32Array(positions.length);
  for (let survivor = 0; survivor < positions.length; survivor++) {
    const place = next[positions[survivor] % inputs]++;
    rows[place] = Math.floor(positions[survivor] / inputs);
    order[place] = survivor;
  }
  if (isFull(mask)) return { kind: 'dense', order };
  if (outputs > MOST_OUTPUTS) throw new RangeError(`${outputs} rows do not fit into 16 bits`);
  return { kind: 'compressed', starts, rows, order };
}

import type { TicketLayerOf } from '../ticket/ticket.js';

/** A dense layer's survivors by columns, so that an input of zero costs nothing. */
export interface Columns {
  /** (inputs + 1): where each input's survivors begin. */
  readonly starts: Uint32Array;
  /** The output of each survivor, ascending within a column. */
  readonly rows: Uint32Array;
  readonly values: Float32Array;
}

/** Those of weights (outputs, inputs), where a zero is no survivor. */
export function columnsOf({ inputs, outputs }: TicketLayerOf<'dense'>, weights: Float32Array): Columns {
  const starts = new Uint32Array(inputs + 1);
  const found: number[] = [];
  for (let i = 0; i < inputs; i++) {
    for (let row = 0; row < outputs; row++) if (weights[row * inputs + i] !== 0) found.push(row);
    starts[i + 1] = found.length;
  }
  const rows = Uint32Array.from(found);
  const values = new Float32Array(rows.length);
  for (let i = 0; i < inputs; i++)
    for (let place = starts[i]; place < starts[i + 1]; place++) values[place] = weights[rows[place] * inputs + i];
  return { starts, rows, values };
}

import type { TicketLayerOf, TicketNetwork, TicketTensors } from '../ticket/ticket.js';
import { convolution, maxPool } from './pictures.js';
import type { Stage } from './stage.js';

/** What a network does, layer by layer. */
export function stagesOf({ layers }: TicketNetwork, tensors: readonly TicketTensors[]): readonly Stage[] {
  const stages: Stage[] = [];
  let next = 0;
  for (const layer of layers) {
    if (layer.kind === 'dense') stages.push(dense(layer, tensors[next++]));
    if (layer.kind === 'convolution') stages.push(convolution(layer, tensors[next++]));
    if (layer.kind === 'relu') stages.push(relu);
    if (layer.kind === 'max-pool') stages.push(maxPool(layer));
  }
  return stages;
}

/** Survivors by columns, so that an input of zero costs nothing. */
function dense({ inputs, outputs }: TicketLayerOf<'dense'>, { weights, biases }: TicketTensors): Stage {
  /** Where each input's survivors begin. */
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
  const y = new Float32Array(outputs);
  return (x) => {
    y.set(biases);
    for (let i = 0; i < inputs; i++) {
      const lit = x[i];
      if (lit === 0) continue;
      const end = starts[i + 1];
      for (let place = starts[i]; place < end; place++) y[rows[place]] += Math.fround(values[place] * lit);
    }
    return y;
  };
}

function relu(x: Float32Array): Float32Array {
  for (let i = 0; i < x.length; i++) if (!(x[i] > 0)) x[i] = 0;
  return x;
}

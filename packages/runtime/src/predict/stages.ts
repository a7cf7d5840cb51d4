import type { TicketLayerOf, TicketNetwork, TicketTensors } from '../ticket/ticket.js';
import { columnsOf } from './columns.js';
import { convolution, maxPool } from './pictures.js';
import type { DenseKernel, Stage } from './stage.js';

/** What a network does, layer by layer; `kernel` computes the dense layers that it is made for, plain TypeScript the others. */
export function stagesOf(
  { layers }: TicketNetwork,
  tensors: readonly TicketTensors[],
  kernel?: DenseKernel,
): readonly Stage[] {
  const stages: Stage[] = [];
  let next = 0;
  for (const layer of layers) {
    if (layer.kind === 'dense') stages.push(denseStage(layer, tensors[next++], kernel));
    if (layer.kind === 'convolution') stages.push(convolution(layer, tensors[next++]));
    if (layer.kind === 'relu') stages.push(relu);
    if (layer.kind === 'max-pool') stages.push(maxPool(layer));
  }
  return stages;
}

function denseStage(layer: TicketLayerOf<'dense'>, tensors: TicketTensors, kernel?: DenseKernel): Stage {
  return kernel?.(layer, tensors) ?? dense(layer, tensors);
}

function dense(layer: TicketLayerOf<'dense'>, { weights, biases }: TicketTensors): Stage {
  const { inputs, outputs } = layer;
  const { starts, rows, values } = columnsOf(layer, weights);
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

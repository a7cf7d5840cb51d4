import type { TicketLayerOf, TicketTensors } from '../ticket/ticket.js';
import type { Stage } from './stage.js';

/**
 * For each value of the result from the bias, over ascending channel, row and column of the kernel; what lies in the padding is
 * left out. One weight after the other is taken over the whole picture, so that a pruned one costs nothing.
 */
export function convolution(
  { input, output, kernel, stride, padding }: TicketLayerOf<'convolution'>,
  { weights, biases }: TicketTensors,
): Stage {
  const { height, width } = output;
  const y = new Float32Array(output.channels * height * width);
  /** Positions of the result at which a weight so far into its kernel meets the picture: the first, and the one after the last. */
  const from = (tap: number): number => Math.max(0, Math.ceil((padding - tap) / stride));
  const to = (tap: number, read: number, given: number): number =>
    Math.min(given, Math.floor((read - 1 + padding - tap) / stride) + 1);
  return (x) => {
    for (let at = 0; at < y.length; at++) y[at] = biases[Math.floor(at / (height * width))];
    for (let at = 0; at < weights.length; at++) {
      const weight = weights[at];
      if (weight === 0) continue;
      const column = at % kernel;
      const row = Math.floor(at / kernel) % kernel;
      const plane = Math.floor(at / (kernel * kernel));
      const channel = plane % input.channels;
      const first = from(column);
      const end = to(column, input.width, width);
      for (let r = from(row); r < to(row, input.height, height); r++) {
        const line = (Math.floor(plane / input.channels) * height + r) * width;
        const read = (channel * input.height + r * stride + row - padding) * input.width + column - padding;
        for (let q = first; q < end; q++) y[line + q] += Math.fround(weight * x[read + q * stride]);
      }
    }
    return y;
  };
}

/** The largest of each window, the first on ties. */
export function maxPool({ input, output, size, stride }: TicketLayerOf<'max-pool'>): Stage {
  const y = new Float32Array(output.channels * output.height * output.width);
  return (x) => {
    for (let at = 0; at < y.length; at++) {
      const row = Math.floor(at / output.width) % output.height;
      const channel = Math.floor(at / (output.width * output.height));
      const corner = (channel * input.height + row * stride) * input.width + (at % output.width) * stride;
      let largest = x[corner];
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const value = x[corner + i * input.width + j];
          if (value > largest) largest = value;
        }
      }
      y[at] = largest;
    }
    return y;
  };
}

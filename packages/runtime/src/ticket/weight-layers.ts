import type { PictureShape } from '../mask/picture.js';
import type { TicketNetwork } from './ticket.js';

/** A layer that owns weights, (outputs, inputs) in row order. */
export interface TicketWeightLayer {
  readonly name: string;
  /** Weights of one output. In a convolution these are (channels, kernel, kernel). */
  readonly inputs: number;
  /** Outputs, or output channels. */
  readonly outputs: number;
  /** Weights that one input value meets: outputs, times kernel × kernel in a convolution. */
  readonly fanOut: number;
  /** How many inputs in a row read one output, or output channel, of the layer before; in a first layer one channel of the picture or one value. */
  readonly inputsPerUnit: number;
  /** How the weights of one output lie, if in a picture or as kernels; null for a list. */
  readonly picture: PictureShape | null;
}

/**
 * The layers that own weights, in order. Masks and tensors have one entry for each.
 * @param picture how the inputs lie, for a first layer that is dense
 */
export function weightLayers(
  network: TicketNetwork,
  picture: PictureShape | null = null,
): readonly TicketWeightLayer[] {
  const found: TicketWeightLayer[] = [];
  let pixels = 1;
  for (const layer of network.layers) {
    if (layer.kind === 'dense') {
      const { name, inputs, outputs } = layer;
      const seen = found.length === 0 ? picture : null;
      found.push({ name, inputs, outputs, fanOut: outputs, inputsPerUnit: pixels, picture: seen });
      pixels = 1;
    } else if (layer.kind === 'convolution') {
      const { name, input, output, kernel } = layer;
      const { channels } = input;
      const inputsPerUnit = kernel * kernel;
      found.push({
        name,
        inputs: channels * inputsPerUnit,
        outputs: output.channels,
        fanOut: output.channels * inputsPerUnit,
        inputsPerUnit,
        picture: kernel === 1 ? null : { channels, height: kernel, width: kernel },
      });
    }
    if ('output' in layer) pixels = layer.output.height * layer.output.width;
  }
  return found;
}

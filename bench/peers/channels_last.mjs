/** What peers need whose pictures are (count, rows, columns, channels), and whose weights (rows, columns, inputs, outputs). */
import { layersOf, PICTURE, splitConvolutionWeights } from '../convnets.mjs';

/** Values of four dimensions with these in another order, as numpy's transpose. */
export function transposed(values, shape, order) {
  const steps = shape.map((_, dimension) => shape.slice(dimension + 1).reduce((product, size) => product * size, 1));
  const [first, second, third, fourth] = order.map((dimension) => ({ size: shape[dimension], step: steps[dimension] }));
  const result = new Float32Array(values.length);
  let to = 0;
  for (let a = 0; a < first.size; a++) {
    for (let b = 0; b < second.size; b++) {
      for (let c = 0; c < third.size; c++) {
        const from = a * first.step + b * second.step + c * third.step;
        for (let d = 0; d < fourth.size; d++) result[to++] = values[from + d * fourth.step];
      }
    }
  }
  return result;
}

/** Pictures of planes. */
export function withChannelsLast(images) {
  const { channels, side, values } = PICTURE;
  return transposed(images, [images.length / values, channels, side, side], [0, 2, 3, 1]);
}

/**
 * Of each weight layer { isConvolution, weight, bias, shape, window }: the weights lie as `window` says, (rows, columns, inputs, outputs), of a dense
 * layer those of the picture that it reads; `shape` is that of its product, the same or (inputs, outputs).
 */
export function weightsWithChannelsLast(network, values) {
  const layers = layersOf(network);
  const shapes = pictureShapes(layers);
  return splitConvolutionWeights(network, values).map(({ weight, bias }, index) => {
    const [outputs, inputs, rows, columns] = shapes[index];
    const isConvolution = layers[index].shape.length === 4;
    const window = [rows, columns, inputs, outputs];
    return {
      isConvolution,
      weight: transposed(weight, shapes[index], [2, 3, 1, 0]),
      bias: bias.slice(),
      shape: isConvolution ? window : [rows * columns * inputs, outputs],
      window,
    };
  });
}

/** A gradient of such weights, back in the order of the file. */
export function withOutputsFirst(gradient, { window }) {
  return transposed(gradient, window, [3, 2, 0, 1]);
}

/** (outputs, inputs, rows, columns) of every layer's weights. */
function pictureShapes(layers) {
  return layers.map(({ shape: [outputs, inputs, ...window] }, index) => {
    if (window.length > 0) return [outputs, inputs, ...window];
    const before = layers[index - 1].shape;
    const channels = before.length === 4 ? before[0] : inputs;
    const side = Math.sqrt(inputs / channels);
    return [outputs, channels, side, side];
  });
}

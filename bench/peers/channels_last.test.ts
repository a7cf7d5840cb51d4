import { describe, expect, it } from 'vitest';
import { layersOf, makeConvolutionWeights, PICTURE, splitConvolutionWeights } from '../convnets.mjs';
import { transposed, weightsWithChannelsLast, withChannelsLast, withOutputsFirst } from './channels_last.mjs';

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

describe('channels last', () => {
  it('takes the same values from other places', () => {
    const values = Float32Array.from({ length: 120 }, (_, i) => i);
    const turned = transposed(values, [2, 3, 4, 5], [3, 1, 2, 0]);
    expect(turned[((4 * 3 + 2) * 4 + 1) * 2 + 1]).toBe(values[((1 * 3 + 2) * 4 + 1) * 5 + 4]);
    expect(transposed(turned, [5, 3, 4, 2], [3, 1, 2, 0])).toEqual(values);
  });

  it('has the channels of a pixel side by side', () => {
    const { channels, side, values } = PICTURE;
    const images = Float32Array.from({ length: 2 * values }, (_, i) => i);
    const [picture, channel, row, column] = [1, 2, 5, 7];
    const from = ((picture * channels + channel) * side + row) * side + column;
    expect(withChannelsLast(images)[((picture * side + row) * side + column) * channels + channel]).toBe(from);
  });

  it('orders the inputs of a dense layer as the picture that it reads, and finds the way back', () => {
    const values = makeConvolutionWeights('conv-2', 1);
    const layers = weightsWithChannelsLast('conv-2', values);
    const given = splitConvolutionWeights('conv-2', values);
    expect(layers.map(({ isConvolution }) => isConvolution)).toEqual([true, true, false, false, false]);
    expect(layers[1].shape).toEqual([3, 3, 64, 64]);
    expect(layers[2].shape).toEqual([16_384, 256]);
    expect(layers.map(({ window }) => window)).toEqual([
      [3, 3, 3, 64],
      [3, 3, 64, 64],
      [16, 16, 64, 256],
      [1, 1, 256, 256],
      [1, 1, 256, 10],
    ]);
    const [output, channel, row, column] = [11, 40, 3, 9];
    const inputs = layersOf('conv-2')[2].shape[1];
    expect(layers[2].weight[((row * 16 + column) * 64 + channel) * 256 + output]).toBe(
      given[2].weight[output * inputs + (channel * 16 + row) * 16 + column],
    );
    for (const [index, layer] of layers.entries()) {
      expect(Buffer.compare(bytes(withOutputsFirst(layer.weight, layer)), bytes(given[index].weight))).toBe(0);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { network } from './build.js';
import { conv2, conv4, conv6 } from './conv.js';
import { convolution, dense, flatten, maxPool, relu } from './layers.js';
import { networkByName, networkForData } from './registry.js';
import { weightCount, weightLayers } from './weight-layers.js';

const image = { channels: 1, height: 5, width: 5 };

describe('Conv-2, Conv-4 and Conv-6', () => {
  it.each([
    { net: conv2(), weights: 4_300_992 },
    { net: conv4(), weights: 2_425_024 },
    { net: conv6(), weights: 2_261_184 },
  ])('$net.name has as many weights as the papers say', ({ net, weights }) => {
    expect(weightCount(net)).toBe(weights);
  });

  it('see pictures of 28 × 28 too', () => {
    expect(conv6({ channels: 1, height: 28, width: 28 }).layers.find(({ kind }) => kind === 'dense')).toMatchObject({
      inputs: 256 * 3 * 3,
    });
  });

  it('give each weight of a convolution its place in (outputs, channels, kernel, kernel)', () => {
    const [first, second] = weightLayers(conv2());
    expect(first).toMatchObject({ shape: [64, 3, 3, 3], inputs: 27, fanOut: 576, weights: 1728 });
    expect(second).toMatchObject({ shape: [64, 64, 3, 3], inputs: 576, fanOut: 576, weights: 36_864 });
  });
});

describe('a name that leaves the pictures open', () => {
  it.each([
    ['conv-2', [3, 32, 32], 10, 'conv-2'],
    ['conv-2', [3, 32, 32], 2, 'conv-2'],
    ['conv-2', [1, 28, 28], 10, 'conv-2-1x28x28'],
    ['conv-6', [3, 32, 32], 100, 'conv-6-3x32x32-100'],
    ['conv-4-3x64x64', [1, 28, 28], 10, 'conv-4-3x64x64'],
    ['lenet-300-100', [3, 32, 32], 10, 'lenet-300-100'],
  ] as const)('%s for pictures of %j in %i classes is %s', (name, shape, classes, fitted) => {
    const net = networkForData(name, { shape, classes });
    expect(net).toEqual(networkByName(fitted));
    expect(net.name).toBe(fitted);
  });

  it('has as many outputs as it says', () => {
    expect(networkByName('conv-2-1x28x28-47')).toMatchObject({ inputs: 784, classes: 47 });
  });
});

describe('a network of pictures refuses', () => {
  it.each([
    [[convolution(2), dense(3)], /flatten layer between pictures and layer "dense 1"/],
    [
      [convolution(2, { padding: 3 }), flatten(), dense(3)],
      /padding of layer "convolution 1" must be .* 0 to 2, not 3/,
    ],
    [[convolution(2, { kernel: 9, padding: 0 }), flatten(), dense(3)], /9 × 9\) is larger than its picture of 5 × 5/],
    [[maxPool(), flatten(), dense(3)], /must begin with a dense layer or a convolution/],
    [[convolution(2), maxPool(), relu(), flatten(), dense(3)], /ReLU that does not follow/],
    [[flatten(), convolution(2), dense(3)], /takes pictures/],
    [[convolution(2), relu(), maxPool()], /must end with a dense layer/],
  ])('%j', (specs, message) => {
    expect(() => network('wrong', image, specs)).toThrow(message);
  });
});

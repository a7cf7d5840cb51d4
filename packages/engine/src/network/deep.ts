import { network } from './build.js';
import { CIFAR } from './conv.js';
import {
  batchNorm,
  convolution,
  dense,
  flatten,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  relu,
  residual,
} from './layers.js';
import type { ImageShape, Network } from './network.js';

const normalised = (channels: number, stride = 1): LayerSpec[] => [convolution(channels, { stride }), batchNorm()];

/**
 * ResNet-20 for CIFAR-10 (He et al. 2016 §4.2), which Frankle & Carbin 2019 (figure 2) call ResNet-18: a 3 × 3 convolution, nine residual layers of two with
 * 16, 32 and 64 channels, global average pooling: 270,896 weights, 2,560 of them in the two shortcuts with projections.
 *
 * @param image the shape of the pictures; CIFAR-10's by default
 */
export function resnet20(image: ImageShape = CIFAR, classes = 10): Network {
  const block = (channels: number, stride: number): LayerSpec[] => [
    residual([...normalised(channels, stride), relu(), ...normalised(channels)]),
    relu(),
  ];
  const stage = (channels: number, stride: number): LayerSpec[] => [
    ...block(channels, stride),
    ...block(channels, 1),
    ...block(channels, 1),
  ];
  return network('resnet-20', image, [
    ...normalised(16),
    relu(),
    ...stage(16, 1),
    ...stage(32, 2),
    ...stage(64, 2),
    globalAveragePool(),
    flatten(),
    dense(classes),
  ]);
}

/**
 * VGG-19 for CIFAR-10 as in Frankle & Carbin 2019 (figure 2, appendix I): 3 × 3 convolutions with batch norms, 2 of 64, 2 of 128, 4 of 256, 4 and 4 of 512
 * channels, max pooling between these groups, average pooling after the last: 20,024,000 weights.
 *
 * @param image see `resnet20`
 */
export function vgg19(image: ImageShape = CIFAR, classes = 10): Network {
  const group = (count: number, channels: number): LayerSpec[] =>
    Array.from({ length: count }, () => [...normalised(channels), relu()]).flat();
  return network('vgg-19', image, [
    ...group(2, 64),
    maxPool(),
    ...group(2, 128),
    maxPool(),
    ...group(4, 256),
    maxPool(),
    ...group(4, 512),
    maxPool(),
    ...group(4, 512),
    globalAveragePool(),
    flatten(),
    dense(classes),
  ]);
}

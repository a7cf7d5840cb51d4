import { network } from './build.js';
import { convolution, dense, flatten, type LayerSpec, maxPool, relu } from './layers.js';
import type { ImageShape, Network } from './network.js';

/** The shape of a CIFAR-10 picture. */
export const CIFAR: ImageShape = { channels: 3, height: 32, width: 32 };

/**
 * Conv-2, Conv-4 and Conv-6 (Frankle & Carbin 2019, figure 2): pairs of 3 × 3 convolutions with a pooling after each pair, then two
 * dense layers of 256: 4,300,992, 2,425,024 and 2,261,184 weights on CIFAR-10.
 *
 * @param image the shape of the pictures; CIFAR-10's by default
 * @param classes outputs; 10 by default
 */
export function conv2(image: ImageShape = CIFAR, classes = 10): Network {
  return convN('conv-2', [64], image, classes);
}

/** See `conv2`. */
export function conv4(image: ImageShape = CIFAR, classes = 10): Network {
  return convN('conv-4', [64, 128], image, classes);
}

/** See `conv2`. */
export function conv6(image: ImageShape = CIFAR, classes = 10): Network {
  return convN('conv-6', [64, 128, 256], image, classes);
}

function convN(name: string, pairs: readonly number[], image: ImageShape, classes: number): Network {
  const pair = (channels: number): LayerSpec[] => [
    convolution(channels),
    relu(),
    convolution(channels),
    relu(),
    maxPool(),
  ];
  const head = [flatten(), dense(256), relu(), dense(256), relu(), dense(classes)];
  return network(name, image, [...pairs.flatMap(pair), ...head]);
}

import { network } from './build.js';
import { dense, relu } from './layers.js';
import type { Network } from './network.js';

/** LeNet-300-100 for 28 × 28 pictures: 266,200 weights (LeCun et al. 1998; Frankle & Carbin 2019 §2). */
export function lenet300(): Network {
  return network('lenet-300-100', 784, [dense(300), relu(), dense(100), relu(), dense(10)]);
}

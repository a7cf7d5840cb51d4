import { type BitMask, countOnes, fullMask } from '@winnow/arithmetic';
import type { Network } from './network/network.js';
import { weightLayers } from './network/weight-layers.js';

/** Which weights of each weight layer survive: one bit a weight, in row order. */
export type Masks = readonly BitMask[];

/** The masks of a network from which nothing is pruned. */
export function fullMasks(network: Network): Masks {
  return weightLayers(network).map((layer) => fullMask(layer.weights));
}

/** How many weights survive in all layers. */
export function survivors(masks: Masks): number {
  return masks.reduce((sum, mask) => sum + countOnes(mask), 0);
}

/** @throws RangeError unless there is one mask of the right length for each weight layer */
export function requireMasksOf(network: Network, masks: Masks): void {
  const layers = weightLayers(network);
  if (masks.length !== layers.length) {
    throw new RangeError(`network "${network.name}" takes ${layers.length} masks, not ${masks.length}`);
  }
  for (const [i, layer] of layers.entries()) {
    if (masks[i].length === layer.weights) continue;
    throw new RangeError(`the mask of layer "${layer.name}" has ${masks[i].length} bits in place of ${layer.weights}`);
  }
}

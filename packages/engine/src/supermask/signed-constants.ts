import type { Network, WeightLayer } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import type { Initialisation } from '../recipe/recipe.js';

/**
 * Each value's sign times the standard deviation that its layer's initial values are drawn with: √(2 ÷ (inputs + outputs)) for Glorot's,
 * √(2 ÷ inputs) for He's ("signed constant", Zhou et al. 2019, §4.1). The constant is rounded once to f32; a value of 0 counts as positive.
 *
 * @param values one tensor for each weight layer
 */
export function signedConstants(
  network: Network,
  initialisation: Initialisation,
  values: readonly Float32Array[],
): readonly Float32Array[] {
  return weightLayers(network).map((layer, l) => {
    const constant = Math.fround(initialDeviation(initialisation, layer));
    return values[l].map((value) => (value < 0 ? -constant : constant));
  });
}

function initialDeviation(
  initialisation: Initialisation,
  { inputs, fanOut }: Pick<WeightLayer, 'inputs' | 'fanOut'>,
): number {
  switch (initialisation) {
    case 'glorot-normal':
    case 'glorot-normal-truncated':
    case 'glorot-uniform':
      return Math.sqrt(2 / (inputs + fanOut));
    case 'he-normal':
      return Math.sqrt(2 / inputs);
  }
}

import { type DrawOf, startStream } from '@winnow/arithmetic';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { type Parameters, survivorsOf } from '../parameters.js';
import type { Initialisation } from '../recipe/recipe.js';
import { initialisers } from './initialisers.js';

/** Start values of every weight, one tensor (outputs, inputs) for each weight layer. Biases start at zero. */
export function initialTensors(network: Network, initialisation: Initialisation, of: DrawOf): readonly Float32Array[] {
  const initialiser = initialisers[initialisation];
  return weightLayers(network).map((layer, l) => {
    const values = initialiser.draw(startStream(of, l), layer.weights);
    const scale = initialiser.scale(layer);
    for (let i = 0; i < values.length; i++) values[i] *= scale;
    return values;
  });
}

/** Start values of the survivors. A weight's value does not depend on which others survive. */
export function initialParameters(
  network: Network,
  masks: Masks,
  initialisation: Initialisation,
  of: DrawOf,
): Parameters {
  return survivorsOf(network, masks, initialTensors(network, initialisation, of));
}

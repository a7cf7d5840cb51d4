import { randomStream, type Stream } from '@winnow/arithmetic';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { type Parameters, survivorsOf } from '../parameters.js';
import type { Initialisation } from '../recipe/recipe.js';
import { initialisers } from './initialisers.js';

/** Which draw of start values: the one that a trial's tickets go back to, or a new one for the control. */
export type Draw =
  | { readonly kind: 'initial' }
  | { readonly kind: 'reinit'; readonly level: number; readonly replicate: number };

/** All that start values depend on besides the network and the initialisation. */
export interface DrawOf {
  readonly seed: number;
  readonly trial: number;
  readonly draw: Draw;
}

/** Start values of every weight, one tensor (outputs, inputs) for each weight layer. Biases start at zero. */
export function initialTensors(network: Network, initialisation: Initialisation, of: DrawOf): readonly Float32Array[] {
  const initialiser = initialisers[initialisation];
  return weightLayers(network).map((layer, l) => {
    const values = initialiser.draw(streamOf(of, l), layer.weights);
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

function streamOf({ seed, trial, draw }: DrawOf, layer: number): Stream {
  switch (draw.kind) {
    case 'initial':
      return randomStream({ kind: 'initial-values', seed, trial, layer });
    case 'reinit':
      return randomStream({ kind: 'reinit', seed, trial, layer, level: draw.level, replicate: draw.replicate });
  }
}

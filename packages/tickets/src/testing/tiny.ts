import { maskFromIndices } from '@winnow/arithmetic';
import {
  dense,
  type Masks,
  type Network,
  network,
  type Parameters,
  recipeFor,
  relu,
  weightLayers,
} from '@winnow/engine';
import type { Search } from '../cells/search.js';
import type { Pruning } from '../pruning/pruning.js';
import type { TrainedValues } from '../pruning/survivor-group.js';

/** Two weight layers, of 3 × 4 and 2 × 3 weights: small enough to prune by hand. */
export const tiny: Network = network('tiny', 4, [dense(3), relu(), dense(2)]);

export const byLayer: Pruning = {
  criterion: 'large-final',
  rate: 0.2,
  outputRate: 0.1,
  scope: 'layer',
  keepLayersAlive: false,
};

export const globally: Pruning = { ...byLayer, scope: 'global' };

export const context = { seed: 1, trial: 0, level: 1 };

/** Survivors' values, a list for each layer; biases are 0. */
export function parametersOf(net: Network, values: readonly (readonly number[])[]): Parameters {
  return weightLayers(net).map(({ biases }, layer) => ({
    weights: Float32Array.from(values[layer]),
    biases: new Float32Array(biases),
  }));
}

/** Trained values that all started from 0. */
export function endingAt(net: Network, values: readonly (readonly number[])[]): TrainedValues {
  const started = values.map((layer) => layer.map(() => 0));
  return { initial: parametersOf(net, started), final: parametersOf(net, values) };
}

export function masksOf(net: Network, positions: readonly (readonly number[])[]): Masks {
  return weightLayers(net).map(({ weights }, layer) => maskFromIndices(weights, positions[layer]));
}

export function searchOf(changes: Partial<Search> = {}): Search {
  return {
    network: tiny,
    recipe: recipeFor(tiny, {}),
    pruning: byLayer,
    schedule: 'iterative',
    rewind: { kind: 'iteration', iteration: 0 },
    mask1: 'rewind',
    mask0: 'zero',
    seed: 7,
    ...changes,
  };
}

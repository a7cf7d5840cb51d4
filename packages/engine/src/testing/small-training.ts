import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { initialTensors } from '../initialisation/initial.js';
import { fullMasks, type Masks } from '../masks.js';
import { network } from '../network/build.js';
import { dense, relu } from '../network/layers.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { survivorsOf } from '../parameters.js';
import { type RecipeOverrides, recipeFor } from '../recipe/normalise.js';
import type { MetricRow, TrainingOptions, TrainingRun } from '../training/training.js';
import { syntheticData } from './synthetic-data.js';
import { drawnMask } from './values.js';

/** A fast one; which it is changes no bit. */
const backend = (await availableBackends()).at(-1) ?? reference;

/** A network small enough for the reference backend. */
export function smallNetwork(): Network {
  return network('small', 21, [dense(13), relu(), dense(9), relu(), dense(4)]);
}

export const smallData = syntheticData({ features: 21, classes: 4, train: 110, validation: 70, test: 40, seed: 5 });

/** Masks of about these densities for the small network; 1 keeps a layer dense. */
export function smallMasks(densities: readonly number[], seed = 1): Masks {
  return weightLayers(smallNetwork()).map((layer, l) => drawnMask(seed + l, layer.weights, densities[l]));
}

/** A training of the small network that can be started anywhere. */
export function smallTraining(recipe: RecipeOverrides, change: Partial<TrainingOptions> = {}): TrainingOptions {
  const net = smallNetwork();
  const masks = change.masks ?? fullMasks(net);
  const complete = recipeFor(net, { iterations: 20, evaluateEvery: 5, batch: 16, ...recipe });
  const tensors = initialTensors(net, complete.initialisation, { seed: 1, trial: 0, draw: { kind: 'initial' } });
  return {
    backend,
    network: net,
    start: survivorsOf(net, masks, tensors),
    recipe: complete,
    data: smallData,
    seed: 1,
    trial: 0,
    startIteration: 0,
    ...change,
    masks,
  };
}

/** Runs to the end. */
export function finish(run: TrainingRun): readonly MetricRow[] {
  const rows: MetricRow[] = [];
  for (let row = run.next(); row !== null; row = run.next()) rows.push(row);
  return rows;
}

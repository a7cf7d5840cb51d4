import { hardlyJudged } from '../data/hardly-judged.js';
import { weightLayers } from '../network/weight-layers.js';
import { type Parameters, startBiases } from '../parameters.js';
import { recipeFor } from '../recipe/normalise.js';
import type { EvaluationOptions } from './evaluate.js';
import { startTraining } from './start.js';

/** Batches whose statistics are gathered: what was there before has a weight of 0.9²⁰⁰ = 7·10⁻¹⁰ after them. */
const BATCHES = 200;

/** What statistics are measured with. */
export interface StatisticsOptions extends EvaluationOptions {
  /** With `trial`, decides which training examples form a batch. */
  readonly seed: number;
  readonly trial: number;
}

/**
 * The same parameters with running means and variances of batch norms measured anew, for values that no training led to: after pruning
 * without training on, or between two networks (Izmailov et al. 2018, §3.2). They are those that training leaves if its rate is 0, begun at
 * mean 0 and variance 1, so that what they were before is no part of the result. All other values stay as they are, to the bit; a network
 * without batch norms is returned as it is.
 */
export function withMeasuredStatistics(options: StatisticsOptions): Parameters {
  const { backend, threads = 1, network, masks, parameters, data, seed, trial } = options;
  const layers = weightLayers(network);
  if (layers.every(({ normalised }) => !normalised)) return parameters;
  const start = parameters.map(({ weights, biases }, l) => {
    const { normalised, outputs } = layers[l];
    if (!normalised) return { weights, biases };
    const begun = startBiases(layers[l]);
    begun.set(biases.subarray(0, 2 * outputs));
    return { weights, biases: begun };
  });
  const run = startTraining({
    ...{ backend, threads, network, masks, start, seed, trial, startIteration: 0 },
    data: hardlyJudged(data),
    recipe: {
      ...recipeFor(network, { iterations: BATCHES, evaluateEvery: BATCHES }),
      ...{ optimizer: { name: 'sgd', rate: 0 }, weightDecay: 0, warmup: 0, augmentation: [] },
    },
  });
  try {
    while (run.next() !== null);
    const measured = run.result().parameters;
    return parameters.map(({ weights, biases }, l) => {
      const { normalised, outputs } = layers[l];
      if (!normalised) return { weights, biases };
      const renewed = biases.slice();
      renewed.set(measured[l].biases.subarray(2 * outputs), 2 * outputs);
      return { weights, biases: renewed };
    });
  } finally {
    run.close();
  }
}

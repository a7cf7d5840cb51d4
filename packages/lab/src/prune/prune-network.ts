import { UserError } from '@winnow/arithmetic';
import {
  type Backend,
  digestParameters,
  evaluateParameters,
  type LaidOutData,
  recipeFor,
  restrict,
  startTraining,
  survivors,
  weightCount,
  withMeasuredStatistics,
} from '@winnow/engine';
import type { LoadedNetwork } from '@winnow/formats';
import { type Criterion, type Pruning, prune } from '@winnow/tickets';
import { idleThreads } from '../plan/threads.js';
import { densityPercent } from '../report/format.js';

/** How a network that other software trained is made sparse. */
export interface PruneNetworkOptions {
  readonly backend: Backend;
  readonly data: LaidOutData;
  /** The share of all weights that is kept; without it what the network has. */
  readonly density?: number;
  readonly criterion: Criterion;
  readonly scope: Pruning['scope'];
  /** Steps in which survivors are trained on, from the values they have. */
  readonly iterations: number;
  /** Their rate; without it the network's usual one. */
  readonly rate?: number;
  readonly seed: number;
  /** What messages call the network. */
  readonly name: string;
  readonly onProgress?: (iteration: number) => void;
}

export interface PrunedNetwork extends LoadedNetwork {
  /** How many weights survive. */
  readonly weights: number;
  readonly density: number;
  /** On the test set, between 0 and 1: as it came, when pruned, when trained on. */
  readonly testAccuracy: { readonly before: number; readonly pruned: number; readonly after: number };
  /** SHA-256 of the parameters (docs/arithmetic.md). */
  readonly digest: string;
}

/**
 * Prunes a network and trains its survivors on; nothing is rewound. Without training, running statistics of batch norms are measured anew.
 * @throws UserError if fewer weights are left already than the density asks for; RunError if the training fails
 */
export function pruneNetwork(whole: LoadedNetwork, options: PruneNetworkOptions): PrunedNetwork {
  const { backend, data, iterations, seed } = options;
  const threads = idleThreads(backend);
  const pruned = masked(whole, options);
  const parameters =
    iterations === 0
      ? withMeasuredStatistics({ backend, threads, data, ...pruned, seed, trial: 0 })
      : trainedOn(pruned, options);
  const accuracy = (network: LoadedNetwork) =>
    evaluateParameters({ backend, threads, data, ...network }, 'test').accuracy;
  const trained = { ...pruned, parameters };
  const weights = survivors(pruned.masks);
  return {
    ...trained,
    weights,
    density: weights / weightCount(pruned.network),
    testAccuracy: { before: accuracy(whole), pruned: accuracy(pruned), after: accuracy(trained) },
    digest: digestParameters(parameters),
  };
}

/** The network with as many survivors as the density asks for; the values it came with are both initial and final. */
function masked(whole: LoadedNetwork, { density, criterion, scope, seed, name }: PruneNetworkOptions): LoadedNetwork {
  if (density === undefined) return whole;
  const { network, parameters } = whole;
  const [there, all] = [survivors(whole.masks), weightCount(network)];
  const rate = 1 - (density * all) / there;
  if (rate < 0) {
    throw new UserError(
      `${name} has ${densityPercent(there / all)} of its weights left already. Choose a smaller --density.`,
    );
  }
  const pruning = { criterion, rate, outputRate: rate, scope, keepLayersAlive: true };
  const context = { seed, trial: 0, level: 1 };
  const masks = prune(network, whole.masks, { initial: parameters, final: parameters }, pruning, context);
  return { network, masks, parameters: restrict(parameters, whole.masks, masks) };
}

function trainedOn(
  { network, masks, parameters: start }: LoadedNetwork,
  { backend, data, iterations, rate, seed, onProgress }: PruneNetworkOptions,
): LoadedNetwork['parameters'] {
  const recipe = recipeFor(network, { iterations, ...(rate !== undefined && { optimizer: { rate } }) });
  const run = startTraining({
    ...{ backend, threads: idleThreads(backend), data, network, masks, start, recipe },
    ...{ seed, trial: 0, startIteration: 0 },
  });
  try {
    for (let row = run.next(); row !== null; row = run.next()) onProgress?.(row.iteration);
    return run.result().parameters;
  } finally {
    run.close();
  }
}

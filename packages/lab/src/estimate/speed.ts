import { type BitMask, countOnes, maskFromPredicate } from '@winnow/arithmetic';
import {
  type Backend,
  hardlyJudged,
  type LaidOutData,
  type Masks,
  type Network,
  startBiases,
  startTraining,
  weightCount,
  weightLayers,
} from '@winnow/engine';
import type { Search } from '@winnow/tickets';

/** How long a training step takes here, by how many weights survive. */
export interface Speed {
  /** Weights → seconds of a step, ascending; the last is the dense network. */
  readonly steps: readonly { readonly weights: number; readonly seconds: number }[];
}

/** Where the speed is measured; between, it is taken to run in a straight line. */
const DENSITIES = [0.02, 0.2, 0.7, 1];
/** Steps that are timed, in two calls. The reference backend and convolutions are so slow that one will do. */
const stepsOf = ({ name }: Backend, { image }: Network): number => (name === 'reference' || image ? 2 : 16);

/** Times a few training steps of this network on this machine, at several densities: some tens of milliseconds. */
export function measureSpeed(backend: Backend, search: Search, data: LaidOutData, threads = 1): Speed {
  const all = weightCount(search.network);
  const few = hardlyJudged(data);
  return {
    steps: DENSITIES.map((density) => {
      const masks = weightLayers(search.network).map(({ weights }) => scattered(weights, density));
      return { weights: density * all, seconds: secondsPerStep(backend, search, few, masks, threads) };
    }),
  };
}

/** A mask of about this density, spread evenly: as good as a random one here, and made at once. */
function scattered(weights: number, density: number): BitMask {
  const bound = density * 0x1_0000_0000;
  return maskFromPredicate(weights, (i) => Math.imul(i, 0x9e3779b1) >>> 0 < bound);
}

function secondsPerStep(backend: Backend, search: Search, data: LaidOutData, masks: Masks, threads: number): number {
  const { network, seed } = search;
  const iterations = stepsOf(backend, network);
  // Nothing is learned, so nothing can go wrong either; the arithmetic is the same.
  const optimizer = { ...search.recipe.optimizer, rate: 0 };
  const recipe = { ...search.recipe, optimizer, weightDecay: 0, iterations, evaluateEvery: iterations / 2 };
  const start = weightLayers(network).map((layer, l) => ({
    weights: new Float32Array(countOnes(masks[l])).fill(0.03125),
    biases: startBiases(layer),
  }));
  const run = startTraining({
    backend,
    network,
    masks,
    start,
    recipe,
    data,
    seed,
    trial: 0,
    startIteration: 0,
    threads,
  });
  try {
    while (run.next() !== null);
    return run.result().microsecondsPerStep / 1e6;
  } finally {
    run.close();
  }
}

/** Seconds of a training step with this many survivors. */
export function stepSeconds({ steps }: Speed, weights: number): number {
  const upper = Math.max(
    1,
    steps.findIndex((step) => step.weights >= weights),
  );
  const [a, b] = [steps[upper - 1], steps[upper]];
  const slope = (b.seconds - a.seconds) / (b.weights - a.weights);
  return Math.max(0, a.seconds + slope * (weights - a.weights));
}

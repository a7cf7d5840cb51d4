import { type BitMask, countOnes, maskFromPredicate } from '@winnow/arithmetic';
import {
  type Backend,
  hardlyJudged,
  type LaidOutData,
  type Masks,
  type Network,
  startBiases,
  startTraining,
  weightLayers,
} from '@winnow/engine';
import { countsByLevel, type LevelCounts, type Search } from '@winnow/tickets';

/** How long a training step takes here, by how many weights survive. */
export interface Speed {
  /** Weights → seconds of a step, ascending; the last is the dense network. */
  readonly steps: readonly { readonly weights: number; readonly seconds: number }[];
}

/** Where the speed is measured, beside the dense network: at the first levels that are as sparse. Between, it is taken to run in a straight line. */
const DENSITIES = [0.7, 0.2, 0.02];
/** Steps that are timed, in two calls. The reference backend and convolutions are so slow that one will do. */
const stepsOf = ({ name }: Backend, { image }: Network): number => (name === 'reference' || image ? 2 : 16);

/** Times a few training steps of this network on this machine, at several densities: some tens of milliseconds. */
export function measureSpeed(backend: Backend, search: Search, data: LaidOutData, threads = 1): Speed {
  const few = hardlyJudged(data);
  return {
    steps: sharesOf(search).map((shares) => {
      const masks = weightLayers(search.network).map(({ weights }, l) => scattered(weights, shares[l]));
      const weights = masks.reduce((sum, mask) => sum + countOnes(mask), 0);
      return { weights, seconds: secondsPerStep(backend, search, few, masks, threads) };
    }),
  };
}

/**
 * What each layer keeps where the speed is measured, sparsest first. Convolutions keep more than dense layers do, and take nearly all of the time.
 * In global scope, where training decides, all layers keep the same.
 */
export function sharesOf({ network, pruning }: Search): readonly (readonly number[])[] {
  const layers = weightLayers(network);
  const measured = levelsBelow(DENSITIES, network, pruning).map(({ layers: counts, density }) =>
    layers.map(({ weights }, l) => (counts === null ? density : counts[l] / weights)),
  );
  const few = measured.length > 0 ? measured : [layers.map(() => DENSITIES[0])];
  return [...few.toReversed(), layers.map(() => 1)];
}

/** The first levels that are as sparse as these densities, which fall; those that there are. */
function levelsBelow(densities: readonly number[], network: Network, pruning: Search['pruning']): LevelCounts[] {
  const found: LevelCounts[] = [];
  let left = densities;
  let before = Number.POSITIVE_INFINITY;
  for (const counts of countsByLevel(network, pruning)) {
    const { weights, density } = counts;
    if (left.length === 0 || weights === before || weights === 0 || counts.layers?.includes(0)) break;
    before = weights;
    if (density > left[0]) continue;
    found.push(counts);
    left = left.filter((wanted) => wanted < density);
  }
  return found;
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

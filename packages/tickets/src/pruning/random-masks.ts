import { maskFromIndices, permutation, RunError, randomStream, type Stream } from '@winnow/arithmetic';
import { type Masks, type Network, weightLayers } from '@winnow/engine';
import { collapsed } from './collapse.js';

/** Which of all random masks of a search is meant. */
export interface RandomMaskOf {
  readonly seed: number;
  readonly trial: number;
  readonly level: number;
  readonly replicate: number;
}

/**
 * Masks with the given number of survivors in each weight layer, drawn evenly from all such: the control for what a
 * ticket's structure is worth (Frankle & Carbin 2019 §1, "randomly sampled sparse networks").
 *
 * @throws RunError if a layer is to have no survivors
 * @throws RangeError if the counts do not fit the network
 */
export function randomMasks(network: Network, counts: readonly number[], of: RandomMaskOf): Masks {
  return drawMasks(network, counts, of.level, (layer) => randomStream({ kind: 'random-mask', ...of, layer }));
}

/** The same, drawn from another stream for each layer. Throws as `randomMasks` does. */
export function drawMasks(
  network: Network,
  counts: readonly number[],
  level: number,
  streamOf: (layer: number) => Stream,
): Masks {
  const layers = weightLayers(network);
  if (counts.length !== layers.length) {
    throw new RangeError(`network "${network.name}" has ${layers.length} weight layers, not ${counts.length}`);
  }
  return layers.map(({ name, weights }, layer) => {
    const count = counts[layer];
    if (!(Number.isInteger(count) && count >= 0 && count <= weights)) {
      throw new RangeError(`layer "${name}" cannot keep ${count} of ${weights} weights`);
    }
    if (count === 0) throw new RunError(collapsed(name, level));
    const order = permutation(streamOf(layer), weights);
    return maskFromIndices(weights, order.subarray(0, count));
  });
}

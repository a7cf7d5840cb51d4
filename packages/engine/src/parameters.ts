import { countOnes, digestOf, maskHas, maskIndices } from '@winnow/arithmetic';
import { type Masks, requireMasksOf } from './masks.js';
import type { Network, WeightLayer } from './network/network.js';
import { weightLayers } from './network/weight-layers.js';

/** What a layer holds. A pruned weight has no place here, so nothing can revive it. */
export interface LayerParameters {
  /** The survivors' values in row order: as many as the layer's mask has ones. */
  readonly weights: Float32Array;
  /** See `WeightLayer.biases`. */
  readonly biases: Float32Array;
}

/** One entry for each weight layer, in order. */
export type Parameters = readonly LayerParameters[];

/**
 * The same parameters for smaller masks: the values of those that survive there. Biases are copied.
 * @throws RangeError if a weight survives in `toMasks` that does not in `fromMasks`
 */
export function restrict(parameters: Parameters, fromMasks: Masks, toMasks: Masks): Parameters {
  return parameters.map(({ weights, biases }, layer) => {
    const kept = new Float32Array(countOnes(toMasks[layer]));
    let place = 0;
    let from = 0;
    for (const position of maskIndices(fromMasks[layer])) {
      if (maskHas(toMasks[layer], position)) kept[place++] = weights[from];
      from++;
    }
    if (place !== kept.length) throw new RangeError(`masks of layer ${layer}: a pruned weight cannot come back`);
    return { weights: kept, biases: biases.slice() };
  });
}

/** One tensor (outputs, inputs) for each weight layer, 0 where a weight is pruned: for other tools. */
export function denseTensors(network: Network, masks: Masks, parameters: Parameters): readonly Float32Array[] {
  requireParametersOf(network, masks, parameters);
  return weightLayers(network).map((layer, l) => {
    const tensor = new Float32Array(layer.weights);
    for (const [place, position] of maskIndices(masks[l]).entries()) tensor[position] = parameters[l].weights[place];
    return tensor;
  });
}

/** What stands beside a layer's weights at the start: biases of 0; if normalised, scales of 1, shifts and means of 0, variances of 1. */
export function startBiases({ normalised, biases, outputs }: WeightLayer): Float32Array {
  const values = new Float32Array(biases);
  return normalised ? values.fill(1, 0, outputs).fill(1, 3 * outputs) : values;
}

/** What stands beside a layer's weights as tensors (outputs) with names, for files: `bias`; or `scale`, `shift`, `mean`, `variance` of its batch norm. */
export function tensorsBeside(
  { normalised, outputs }: Pick<WeightLayer, 'normalised' | 'outputs'>,
  biases: Float32Array,
): readonly (readonly [name: string, values: Float32Array])[] {
  if (!normalised) return [['bias', biases]];
  return ['scale', 'shift', 'mean', 'variance'].map((name, i) => [
    name,
    biases.subarray(i * outputs, (i + 1) * outputs),
  ]);
}

/** The survivors' values of dense tensors, with biases as at the start. */
export function survivorsOf(network: Network, masks: Masks, tensors: readonly Float32Array[]): Parameters {
  requireMasksOf(network, masks);
  return weightLayers(network).map((layer, l) => {
    const positions = maskIndices(masks[l]);
    const weights = new Float32Array(positions.length);
    for (let i = 0; i < positions.length; i++) weights[i] = tensors[l][positions[i]];
    return { weights, biases: startBiases(layer) };
  });
}

/** SHA-256 over each layer's survivors in row order, then its biases (docs/arithmetic.md). */
export function digestParameters(parameters: Parameters): string {
  return digestOf(parameters.flatMap(({ weights, biases }) => [weights, biases]));
}

/** @throws RangeError unless every layer has as many weights as its mask has ones, and its biases */
export function requireParametersOf(network: Network, masks: Masks, parameters: Parameters): void {
  requireMasksOf(network, masks);
  for (const [l, layer] of weightLayers(network).entries()) {
    const ones = countOnes(masks[l]);
    const { weights, biases } = parameters[l] ?? { weights: [], biases: [] };
    if (weights.length === ones && biases.length === layer.biases) continue;
    throw new RangeError(
      `layer "${layer.name}" takes ${ones} weights and ${layer.biases} biases, not ${weights.length} and ${biases.length}`,
    );
  }
}

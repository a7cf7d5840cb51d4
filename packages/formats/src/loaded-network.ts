import { maskFromIndices, UserError } from '@winnow/arithmetic';
import {
  type ImageShape,
  type LayerSpec,
  type Masks,
  type Network,
  network,
  type Parameters,
  survivorsOf,
  weightLayers,
} from '@winnow/engine';

/** A network that other software trained. What is exactly 0 there counts as pruned. */
export interface LoadedNetwork {
  readonly network: Network;
  readonly masks: Masks;
  readonly parameters: Parameters;
}

/**
 * The values of one weight layer as read from a file: weights (outputs, inputs) or (outputs, channels, kernel, kernel), biases (outputs), or
 * scales, shifts, means and variances of its batch norm.
 */
export interface LoadedLayer {
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/**
 * A network from the layers and the dense values that a file holds.
 * @param file what to call the file in messages
 * @param inputs values of one example, or the shape of its picture
 * @throws UserError if a value is not finite, a layer has no weight but zeros, or the layers make no network
 */
export function loadedNetwork(
  file: string,
  name: string,
  inputs: number | ImageShape,
  specs: readonly LayerSpec[],
  values: readonly LoadedLayer[],
): LoadedNetwork {
  const built = network(name, inputs, specs);
  const needed = weightLayers(built).length;
  if (values.length !== needed) {
    throw new UserError(`${file} has ${values.length} layers with weights, where its shapes ask for ${needed}.`);
  }
  for (const [l, { name: layer, weights }] of weightLayers(built).entries()) {
    if (values[l].weights.length === weights) continue;
    throw new UserError(
      `${file} has ${values[l].weights.length} weights for layer "${layer}", whose place asks for ${weights}.`,
    );
  }
  for (const [l, layer] of values.entries()) {
    if (layer.weights.every(Number.isFinite) && layer.biases.every(Number.isFinite)) continue;
    throw new UserError(`${file} has a value in weight layer ${l + 1} that is not finite, so it cannot be used.`);
  }
  const masks = values.map(({ weights }, l) => {
    const survivors = Uint32Array.from(weights.keys()).filter((i) => weights[i] !== 0);
    if (survivors.length > 0) return maskFromIndices(weights.length, survivors);
    throw new UserError(`${file} has nothing but zeros in weight layer ${l + 1}: there is nothing left to train.`);
  });
  const parameters = survivorsOf(
    built,
    masks,
    values.map(({ weights }) => weights),
  ).map(({ weights }, l) => ({
    weights,
    // No stored value is −0 (docs/arithmetic.md).
    biases: values[l].biases.map((bias) => bias + 0),
  }));
  return { network: built, masks, parameters };
}

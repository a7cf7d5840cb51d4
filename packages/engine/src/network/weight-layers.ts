import type { DenseLayer, Network, WeightLayer } from './network.js';

/** The layers that own weights, in order. Masks and parameters have one entry for each. */
export function weightLayers(network: Network): readonly WeightLayer[] {
  const owners = network.layers.filter((layer): layer is DenseLayer => layer.kind === 'dense');
  return owners.map(({ name, inputs, outputs }, i) => ({
    name,
    inputs,
    outputs,
    weights: outputs * inputs,
    biases: outputs,
    isOutput: i === owners.length - 1,
  }));
}

/** Weights of the whole network; biases do not count. */
export function weightCount(network: Network): number {
  return weightLayers(network).reduce((sum, layer) => sum + layer.weights, 0);
}

import type { ConvolutionLayer, DenseLayer, Network, WeightLayer } from './network.js';

/** The layers that own weights, in order. Masks and parameters have one entry for each. */
export function weightLayers(network: Network): readonly WeightLayer[] {
  const owners = weightOwners(network);
  return owners.map((layer, i) => weightLayerOf(layer, i === owners.length - 1));
}

/** The same as they stand in the network. */
export function weightOwners(network: Network): readonly (DenseLayer | ConvolutionLayer)[] {
  return network.layers.filter((layer) => layer.kind === 'dense' || layer.kind === 'convolution');
}

function weightLayerOf(layer: DenseLayer | ConvolutionLayer, isOutput: boolean): WeightLayer {
  const { kind, name } = layer;
  switch (layer.kind) {
    case 'dense': {
      const { inputs, outputs } = layer;
      const shape = [outputs, inputs];
      return {
        kind,
        name,
        inputs,
        outputs,
        fanOut: outputs,
        weights: outputs * inputs,
        biases: outputs,
        shape,
        isOutput,
      };
    }
    case 'convolution': {
      const { kernel } = layer;
      const channels = layer.input.channels;
      const outputs = layer.output.channels;
      const inputs = channels * kernel * kernel;
      const fanOut = outputs * kernel * kernel;
      const shape = [outputs, channels, kernel, kernel];
      return { kind, name, inputs, outputs, fanOut, weights: outputs * inputs, biases: outputs, shape, isOutput };
    }
  }
}

/** Weights of the whole network; biases do not count. */
export function weightCount(network: Network): number {
  return weightLayers(network).reduce((sum, layer) => sum + layer.weights, 0);
}

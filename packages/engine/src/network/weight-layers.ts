import type { ConvolutionLayer, DenseLayer, Layer, Network, WeightLayer } from './network.js';

/** The layers that own weights, in order. Masks and parameters have one entry for each. */
export function weightLayers(network: Network): readonly WeightLayer[] {
  const owners = weightOwners(network);
  return owners.map((owner, i) => weightLayerOf(owner, i === owners.length - 1));
}

/** A layer with weights as it stands in the network. */
export interface WeightOwner {
  readonly layer: DenseLayer | ConvolutionLayer;
  readonly normalised: boolean;
  readonly isShortcut: boolean;
}

/** The same as they stand in the network; of a residual layer first those of the body, then those of the shortcut. */
export function weightOwners({ layers }: Pick<Network, 'layers'>): readonly WeightOwner[] {
  return ownersIn(layers, false);
}

function ownersIn(layers: readonly Layer[], isShortcut: boolean): readonly WeightOwner[] {
  return layers.flatMap((layer, i) => {
    if (layer.kind === 'residual') return [...ownersIn(layer.body, isShortcut), ...ownersIn(layer.shortcut, true)];
    if (layer.kind !== 'dense' && layer.kind !== 'convolution') return [];
    return [{ layer, normalised: layers[i + 1]?.kind === 'batch-norm', isShortcut }];
  });
}

function weightLayerOf({ layer, normalised, isShortcut }: WeightOwner, isOutput: boolean): WeightLayer {
  const { kind, name } = layer;
  const common = { kind, name, normalised, isOutput, isShortcut };
  const beside = normalised ? 4 : 1;
  switch (layer.kind) {
    case 'dense': {
      const { inputs, outputs } = layer;
      const sizes = { inputs, outputs, fanOut: outputs, weights: outputs * inputs, biases: beside * outputs };
      return { ...common, ...sizes, shape: [outputs, inputs] };
    }
    case 'convolution': {
      const { kernel } = layer;
      const channels = layer.input.channels;
      const outputs = layer.output.channels;
      const inputs = channels * kernel * kernel;
      const sizes = {
        inputs,
        outputs,
        fanOut: outputs * kernel * kernel,
        weights: outputs * inputs,
        biases: beside * outputs,
      };
      return { ...common, ...sizes, shape: [outputs, channels, kernel, kernel] };
    }
  }
}

/** Weights of the whole network; biases do not count. */
export function weightCount(network: Network): number {
  return weightLayers(network).reduce((sum, layer) => sum + layer.weights, 0);
}

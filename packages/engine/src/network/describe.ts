import type { ImageShape, Layer, Network, WeightLayer } from './network.js';
import { weightLayers } from './weight-layers.js';

/** A layer as a table shows it. */
export interface DescribedLayer {
  readonly kind: Layer['kind'];
  /** Its own name, or its kind and window: "max-pool 2 × 2". */
  readonly name: string;
  /** Of its weights as a tensor; null without weights. */
  readonly shape: readonly number[] | null;
  /** What one example leaves: (values), or (channels, height, width). */
  readonly output: readonly number[];
  readonly weights: number;
  /** Trained and kept beside the weights, never pruned. */
  readonly biases: number;
  /** Of weights and activations in one forward pass of one example, zeros of a padding included. */
  readonly multiplyAdds: number;
}

export interface NetworkDescription {
  readonly name: string;
  /** Of one example: (values), or (channels, height, width). */
  readonly input: readonly number[];
  readonly classes: number;
  readonly layers: readonly DescribedLayer[];
  readonly weights: number;
  readonly biases: number;
  /** Of one example, forward. A training step takes up to three times as many for each example. */
  readonly multiplyAdds: number;
}

/** What each layer of a network is, gives and costs. */
export function describeNetwork(network: Network): NetworkDescription {
  const owners = new Map(weightLayers(network).map((layer) => [layer.name, layer]));
  const input = network.image === undefined ? [network.inputs] : sizes(network.image);
  const layers = described(network.layers, input, owners);
  const sum = (of: 'weights' | 'biases' | 'multiplyAdds'): number =>
    layers.reduce((total, layer) => total + layer[of], 0);
  return {
    name: network.name,
    input,
    classes: network.classes,
    layers,
    weights: sum('weights'),
    biases: sum('biases'),
    multiplyAdds: sum('multiplyAdds'),
  };
}

/** Layers one after the other. @param input what the first of them takes */
function described(
  layers: readonly Layer[],
  input: readonly number[],
  owners: ReadonlyMap<string, WeightLayer>,
): readonly DescribedLayer[] {
  let output = input;
  return layers.flatMap((layer, i) => {
    const before = output;
    output = outputOf(layer, output);
    const owner = 'name' in layer ? owners.get(layer.name) : undefined;
    const last = layers[i - 1];
    const normalised =
      layer.kind === 'batch-norm' && last !== undefined && 'name' in last ? owners.get(last.name) : undefined;
    const positions = layer.kind === 'convolution' ? layer.output.height * layer.output.width : 1;
    const row: DescribedLayer = {
      kind: layer.kind,
      name: nameOf(layer),
      shape: owner?.shape ?? null,
      output,
      weights: owner?.weights ?? 0,
      // A batch norm's scales and shifts stand in its own row; its running statistics are not trained.
      biases: normalised === undefined ? (owner?.normalised ? 0 : (owner?.biases ?? 0)) : 2 * normalised.outputs,
      multiplyAdds: (owner?.weights ?? 0) * positions,
    };
    if (layer.kind !== 'residual') return [row];
    return [...described(layer.body, before, owners), ...described(layer.shortcut, before, owners), row];
  });
}

const sizes = ({ channels, height, width }: ImageShape): readonly number[] => [channels, height, width];

function outputOf(layer: Layer, before: readonly number[]): readonly number[] {
  switch (layer.kind) {
    case 'dense':
      return [layer.outputs];
    case 'convolution':
    case 'max-pool':
    case 'average-pool':
    case 'subsample':
    case 'residual':
      return sizes(layer.output);
    case 'relu':
    case 'batch-norm':
    case 'dropout':
      return before;
    case 'flatten':
      return [before.reduce((product, size) => product * size, 1)];
  }
}

function nameOf(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
    case 'convolution':
      return layer.name;
    case 'max-pool':
      return `max-pool ${layer.size} × ${layer.size}${layer.stride === layer.size ? '' : `, stride ${layer.stride}`}`;
    case 'average-pool': {
      const { rows, columns, stride } = layer;
      const isGlobal = rows === layer.input.height && columns === layer.input.width;
      return isGlobal
        ? 'average-pool of all'
        : `average-pool ${rows} × ${columns}${stride === rows ? '' : `, stride ${stride}`}`;
    }
    case 'subsample':
      return `shortcut: every pixel of ${layer.stride}, padded`;
    case 'residual':
      return layer.shortcut.length === 0 ? 'sum with its input' : 'sum with the shortcut';
    case 'dropout':
      return `dropout ${layer.rate}`;
    case 'batch-norm':
    case 'relu':
    case 'flatten':
      return layer.kind;
  }
}

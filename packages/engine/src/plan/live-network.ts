import type { ImageShape, Layer, Network } from '../network/network.js';
import { type LiveUnits, needsAllUnits } from './live-units.js';

/** A network of the live units alone, as a plan computes it: its pictures and lists have only theirs. */
export function liveNetwork(network: Network, live: readonly LiveUnits[]): Network {
  if (needsAllUnits(network)) return network;
  let next = 0;
  let channels = network.image?.channels ?? 0;
  const narrowed = (shape: ImageShape): ImageShape => ({ ...shape, channels });
  const layers = network.layers.map((layer): Layer => {
    switch (layer.kind) {
      case 'dense': {
        const { inputs, outputs } = live[next++];
        return { ...layer, inputs: inputs.length, outputs: outputs.length };
      }
      case 'convolution': {
        const input = narrowed(layer.input);
        channels = live[next++].outputs.length;
        return { ...layer, input, output: narrowed(layer.output) };
      }
      case 'max-pool':
      case 'average-pool':
        return { ...layer, input: narrowed(layer.input), output: narrowed(layer.output) };
      default:
        return layer;
    }
  });
  return { ...network, layers };
}

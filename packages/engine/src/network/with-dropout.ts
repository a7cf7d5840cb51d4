import { UserError } from '@winnow/arithmetic';
import { dropoutLayer } from './build.js';
import type { Layer, Network } from './network.js';

/**
 * The network with a dropout behind each hidden dense layer and its ReLU (Frankle & Carbin 2019 §3 take a rate of 0.5 for the Conv networks).
 * @throws UserError if the rate is not above 0 and below 1, or the network has no hidden dense layer
 */
export function withDropout(net: Network, rate: number): Network {
  const dropout = dropoutLayer(net.name, rate);
  const layers = net.layers.flatMap((layer, i): Layer[] => (endsHidden(net.layers, i) ? [layer, dropout] : [layer]));
  if (layers.length > net.layers.length) return { ...net, layers };
  throw new UserError(
    `Network "${net.name}" has no hidden dense layer that a dropout could follow. Leave out --dropout.`,
  );
}

/** The rate of its dropouts; null without any. */
export function dropoutOf({ layers }: Network): number | null {
  return layers.find(({ kind }) => kind === 'dropout') === undefined
    ? null
    : Math.max(...layers.map((layer) => (layer.kind === 'dropout' ? layer.rate : 0)));
}

function endsHidden(layers: readonly Layer[], i: number): boolean {
  return layers[i].kind === 'relu' && layers[i - 1]?.kind === 'dense';
}

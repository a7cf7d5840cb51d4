import { countOnes, maskFromPredicate, maskHas, RunError, UserError } from '@winnow/arithmetic';
import {
  convolution,
  dense,
  denseTensors,
  flatten,
  type LayerSpec,
  type Masks,
  maxPool,
  type Network,
  network,
  type Parameters,
  relu,
  survivorsOf,
} from '@winnow/engine';
import type { Ticket, TicketHeader, TicketLayer, TicketNetwork, TicketTensors } from '@winnow/runtime';

/** A network as a ticket describes it. @throws UserError for a kind of layer that tickets do not know */
export function ticketNetwork({ name, inputs, classes, layers }: Network): TicketNetwork {
  return { name, inputs, classes, layers: layers.map((layer) => ticketLayer(name, layer)) };
}

function ticketLayer(name: string, layer: Network['layers'][number]): TicketLayer {
  switch (layer.kind) {
    case 'dense':
    case 'convolution':
    case 'relu':
    case 'max-pool':
    case 'flatten':
      return layer;
    default:
      throw new UserError(
        `Network "${name}" has a layer of kind "${layer.kind}", which tickets cannot hold. \`winnow export\` writes safetensors.`,
      );
  }
}

/** The engine's network of a ticket. */
export function networkOfTicket({ network: { name, inputs, layers }, picture }: NetworkFields): Network {
  const seesPictures = picture !== null && layers.some(({ kind }) => kind !== 'dense' && kind !== 'relu');
  return network(name, seesPictures ? picture : inputs, layers.map(specOf));
}

type NetworkFields = Pick<TicketHeader, 'network' | 'picture'>;

function specOf(layer: TicketLayer): LayerSpec {
  switch (layer.kind) {
    case 'dense':
      return dense(layer.outputs, layer.name);
    case 'convolution':
      return convolution(layer.output.channels, layer);
    case 'relu':
      return relu();
    case 'max-pool':
      return maxPool(layer.size, layer.stride);
    case 'flatten':
      return flatten();
  }
}

/** A byte of 0 or 1 for each weight. */
export function bytesOfMasks(masks: Masks): readonly Uint8Array[] {
  return masks.map((mask) => Uint8Array.from({ length: mask.length }, (_, i) => (maskHas(mask, i) ? 1 : 0)));
}

export function masksOfBytes(survives: readonly Uint8Array[]): Masks {
  return survives.map((bytes) => maskFromPredicate(bytes.length, (i) => bytes[i] === 1));
}

/** Dense tensors and biases, which are copies. */
export function tensorsOf(net: Network, masks: Masks, parameters: Parameters): readonly TicketTensors[] {
  const tensors = denseTensors(net, masks, parameters);
  return parameters.map(({ biases }, l) => ({ weights: tensors[l], biases: biases.slice() }));
}

export function parametersOf(net: Network, masks: Masks, tensors: readonly TicketTensors[]): Parameters {
  const kept = survivorsOf(
    net,
    masks,
    tensors.map(({ weights }) => weights),
  );
  return kept.map(({ weights }, l) => ({ weights, biases: tensors[l].biases }));
}

/** A ticket's network for the engine. @throws RunError for a recipe, which has no parameters yet */
export function networkOf({ header, survives, tensors }: Ticket): {
  readonly network: Network;
  readonly masks: Masks;
  readonly parameters: Parameters;
} {
  if (tensors === null) throw new RunError('A recipe has no parameters before it is grown.');
  const net = networkOfTicket(header);
  const masks = masksOfBytes(survives);
  return { network: net, masks, parameters: parametersOf(net, masks, tensors) };
}

export const keptWeights = (masks: Masks): number => masks.reduce((sum, mask) => sum + countOnes(mask), 0);

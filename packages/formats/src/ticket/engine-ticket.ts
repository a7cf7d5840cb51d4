import { countOnes, maskFromPredicate, maskHas, RunError, UserError } from '@winnow/arithmetic';
import {
  dense,
  denseTensors,
  type LayerSpec,
  type Masks,
  type Network,
  network,
  type Parameters,
  relu,
  survivorsOf,
} from '@winnow/engine';
import type { Ticket, TicketLayer, TicketNetwork, TicketTensors } from '@winnow/runtime';

/** A network as a ticket describes it. @throws UserError for a kind of layer that tickets do not know */
export function ticketNetwork({ name, inputs, classes, layers }: Network): TicketNetwork {
  return { name, inputs, classes, layers: layers.map((layer) => ticketLayer(name, layer)) };
}

function ticketLayer(name: string, layer: Network['layers'][number]): TicketLayer {
  if (layer.kind === 'dense' || layer.kind === 'relu') return layer;
  throw new UserError(
    `Network "${name}" has a layer of kind "${(layer as { kind: string }).kind}", which tickets cannot hold. \`winnow export\` writes safetensors.`,
  );
}

/** The engine's network of a ticket. */
export function networkOfTicket({ name, inputs, layers }: TicketNetwork): Network {
  return network(
    name,
    inputs,
    layers.map((layer): LayerSpec => (layer.kind === 'dense' ? dense(layer.outputs, layer.name) : relu())),
  );
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
  const net = networkOfTicket(header.network);
  const masks = masksOfBytes(survives);
  return { network: net, masks, parameters: parametersOf(net, masks, tensors) };
}

export const keptWeights = (masks: Masks): number => masks.reduce((sum, mask) => sum + countOnes(mask), 0);

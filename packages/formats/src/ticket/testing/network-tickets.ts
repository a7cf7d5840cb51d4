import { maskFromPredicate, randomStream, uint32At } from '@winnow/arithmetic';
import {
  convolution,
  dense,
  digestParameters,
  flatten,
  fullMasks,
  initialParameters,
  lenet300,
  maxPool,
  type Network,
  network,
  relu,
} from '@winnow/engine';
import type { ChannelScaling, TicketHeader } from '@winnow/runtime';
import type { PictureShape } from '@winnow/runtime/format';
import { withoutDead } from '../drop-dead.js';
import { bytesOfMasks, masksOfBytes, parametersOf, tensorsOf, ticketNetwork } from '../engine-ticket.js';
import { type Quantiser, quantise } from '../quantise.js';
import { writeTicket } from '../write-ticket.js';
import { smallHeader } from './small-ticket.js';

/** Bytes of made-up pictures, of which four in five values are 0. */
export function picturesFor(inputs: number, pictures: number): Uint8Array {
  const stream = randomStream({ kind: 'split', seed: inputs });
  return Uint8Array.from({ length: inputs * pictures }, (_, i) => {
    const drawn = uint32At(stream, i);
    return drawn % 5 === 0 ? (drawn >>> 8) & 0xff : 0;
  });
}

/** Tickets of whole networks, as a server would give them out. */
export function servedTickets() {
  return [
    { name: 'lenet', ...ticketOf(lenet300(), { picture: { channels: 1, height: 28, width: 28 }, density: 0.05 }) },
    { name: 'seeing', ...ticketOf(seeingNetwork, { picture: seeingNetwork.image, density: 0.4, channels: scalings }) },
  ];
}

/** Convolutions with every setting, poolings beside each other and overlapping, and dense layers. */
export const seeingNetwork = network('seeing', { channels: 2, height: 13, width: 11 }, [
  convolution(6),
  relu(),
  maxPool(),
  convolution(8, { kernel: 5, stride: 2, padding: 3 }),
  convolution(7, { kernel: 1, name: 'mixing' }),
  relu(),
  maxPool(2, 1),
  flatten(),
  dense(9),
  relu(),
  dense(5),
]);

/** As small as a network of pictures can be that has one of each kind of layer. */
export const smallSeeingNetwork = network('small', { channels: 1, height: 6, width: 6 }, [
  convolution(3),
  relu(),
  maxPool(),
  flatten(),
  dense(4),
]);

/** For two channels. */
export const scalings = [
  { factor: Math.fround(0.017), shift: Math.fround(-2.1) },
  { factor: Math.fround(0.0175), shift: Math.fround(-1.9) },
] as const;

export interface TicketSettings {
  readonly picture: PictureShape | undefined;
  /** Of the weights that survive, at random; about so many. */
  readonly density: number;
  readonly channels?: readonly ChannelScaling[];
  readonly quantiser?: Quantiser;
  readonly seed?: number;
}

/** A ticket of a network at its start values, with biases, and what it should give back. */
export function ticketOf(network: Network, settings: TicketSettings) {
  const { picture = null, density, channels, quantiser = { kind: 'shared', values: 16 }, seed = 5 } = settings;
  const stream = randomStream({ kind: 'split', seed });
  const of = { seed, trial: 0, draw: { kind: 'initial' } } as const;
  const shape = ticketNetwork(network);
  const start = { initialisation: 'glorot-normal', ...of } as const;
  let drawn = 0;
  const masks = fullMasks(network).map(({ length }) =>
    maskFromPredicate(length, () => uint32At(stream, drawn++) < density * 0x1_0000_0000),
  );
  const parameters = initialParameters(network, masks, 'glorot-normal', of).map(({ weights, biases }, l) => ({
    weights,
    biases: biases.map((_, i) => Math.fround(((l + i) % 9) / 40 - 0.1)),
  }));
  const packed = { survives: bytesOfMasks(masks), tensors: tensorsOf(network, masks, parameters) };
  const lit = new Uint8Array(network.inputs).fill(1);
  const { tables, ...few } = quantise(withoutDead(shape, packed, lit), quantiser);
  const { survives, tensors } = withoutDead(shape, few, lit);
  const storedMasks = masksOfBytes(survives);
  const stored = parametersOf(network, storedMasks, tensors);
  const header: TicketHeader = {
    ...smallHeader(digestParameters(stored)),
    network: shape,
    picture,
    ...(channels && { scale: 1, channels }),
    start,
  };
  const bytes = writeTicket(header, survives, { kind: 'weights', tensors, tables });
  return { network, masks: storedMasks, parameters: stored, survives, header, bytes };
}

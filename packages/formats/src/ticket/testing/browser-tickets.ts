import { maskFromPredicate, randomStream, uint32At } from '@winnow/arithmetic';
import { digestParameters, fullMasks, initialParameters, lenet300, type Network } from '@winnow/engine';
import type { TicketHeader } from '@winnow/runtime';
import { withoutDead } from '../drop-dead.js';
import { bytesOfMasks, masksOfBytes, parametersOf, tensorsOf, ticketNetwork } from '../engine-ticket.js';
import { quantise } from '../quantise.js';
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

/** Tickets of whole networks, at start values, with biases, as a server would give them out. */
export function browserTickets() {
  return [ticketOf('lenet', lenet300(), 0.05)];
}

function ticketOf(name: string, network: Network, density: number) {
  const stream = randomStream({ kind: 'split', seed: 5 });
  const of = { seed: 5, trial: 0, draw: { kind: 'initial' } } as const;
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
  const { tables, ...few } = quantise(withoutDead(shape, packed, lit), { kind: 'shared', values: 16 });
  const { survives, tensors } = withoutDead(shape, few, lit);
  const storedMasks = masksOfBytes(survives);
  const stored = parametersOf(network, storedMasks, tensors);
  const header: TicketHeader = {
    ...smallHeader(digestParameters(stored)),
    network: shape,
    picture: { channels: 1, height: 28, width: 28 },
    start,
  };
  const bytes = writeTicket(header, survives, { kind: 'weights', tensors, tables });
  return { name, network, masks: storedMasks, parameters: stored, header, bytes };
}

import { maskFromPredicate, randomStream, uint32At } from '@winnow/arithmetic';
import {
  dense,
  digestParameters,
  fullMasks,
  initialParameters,
  type Masks,
  network,
  type Parameters,
  relu,
} from '@winnow/engine';
import type { TicketHeader } from '@winnow/runtime';
import { withoutDead } from '../drop-dead.js';
import { bytesOfMasks, masksOfBytes, parametersOf, tensorsOf, ticketNetwork } from '../engine-ticket.js';
import { type Quantiser, quantise } from '../quantise.js';
import { writeTicket } from '../write-ticket.js';

/** A small network for pictures of 6 × 6, pruned at random. */
export const smallNetwork = network('small', 36, [dense(14), relu(), dense(8, 'middle'), relu(), dense(5)]);

export function smallMasks(seed = 1, density = 0.4): Masks {
  const stream = randomStream({ kind: 'split', seed });
  return fullMasks(smallNetwork).map(({ length }, l) =>
    maskFromPredicate(length, (i) => uint32At(stream, l * 1000 + i) < density * 0x1_0000_0000),
  );
}

export function smallParameters(masks: Masks, seed = 1): Parameters {
  const of = { seed, trial: 3, draw: { kind: 'reinit', level: 2, replicate: 1 } } as const;
  return initialParameters(smallNetwork, masks, 'he-normal', of).map(({ weights, biases }, l) => ({
    weights,
    biases: biases.map((_, i) => Math.fround(((l + i) % 7) / 50 - 0.05)),
  }));
}

export function smallHeader(digest: string): TicketHeader {
  return {
    network: ticketNetwork(smallNetwork),
    picture: { channels: 1, height: 6, width: 6 },
    scale: Math.fround(1 / 255),
    data: { name: 'tiny', digest: 'ab'.repeat(32) },
    start: {
      initialisation: 'glorot-normal',
      seed: 2 ** 40 + 7,
      trial: 1,
      draw: { kind: 'reinit', level: 3, replicate: 2 },
    },
    digest,
    test: { correct: 98, of: 100 },
  };
}

export const training = {
  arithmetic: 1,
  split: { validation: 50, stratified: true },
  level: 3,
  optimizer: { name: 'adam', rate: 0.0012, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { kind: 'step', at: [10, 200], factor: 1 / 3 },
  warmup: 5,
  weightDecay: 0,
  batch: 60,
  iterations: 300,
  evaluateEvery: 100,
} as const;

/** A ticket that carries values, and what it should give back. */
export function smallWeights(quantiser: Quantiser, seed = 1) {
  const masks = smallMasks(seed);
  const packed = {
    survives: bytesOfMasks(masks),
    tensors: tensorsOf(smallNetwork, masks, smallParameters(masks, seed)),
  };
  const lit = new Uint8Array(36).fill(1, 4);
  const shape = ticketNetwork(smallNetwork);
  const { tables, ...few } = quantise(withoutDead(shape, packed, lit), quantiser);
  const stored = withoutDead(shape, few, lit);
  const storedMasks = masksOfBytes(stored.survives);
  const parameters = parametersOf(smallNetwork, storedMasks, stored.tensors);
  const header = smallHeader(digestParameters(parameters));
  const bytes = writeTicket(header, stored.survives, { kind: 'weights', tensors: stored.tensors, tables });
  return { bytes, header, masks: storedMasks, parameters, packed, stored };
}

import { UserError } from '@winnow/arithmetic';
import { digestParameters, type Masks, type Network, type Parameters } from '@winnow/engine';
import type { TicketHeader } from '@winnow/runtime';
import { type Packed, withoutDead } from './drop-dead.js';
import { bytesOfMasks, masksOfBytes, parametersOf, tensorsOf, ticketNetwork } from './engine-ticket.js';
import { type Quantiser, quantise } from './quantise.js';
import { writeTicket } from './write-ticket.js';

/** What is known of a network beside its masks and parameters. */
export type PackedFrom = Pick<TicketHeader, 'picture' | 'scale' | 'channels' | 'data' | 'start'>;

/** Judges parameters on images that decided none of their bits but how they are quantised. */
export interface Judge {
  /** Share of the validation images that are classified right, 0 to 1. */
  validation(masks: Masks, parameters: Parameters): number;
  test(masks: Masks, parameters: Parameters): NonNullable<TicketHeader['test']>;
}

/** A file that holds a network's values. */
export interface PackedWeights {
  readonly bytes: Uint8Array;
  readonly quantiser: Quantiser;
  readonly masks: Masks;
  readonly parameters: Parameters;
  readonly digest: string;
  readonly validationAccuracy: number;
  readonly test: NonNullable<TicketHeader['test']>;
}

/** Coarse to fine: files grow roughly in this order. */
export const quantisers: readonly Quantiser[] = [
  ...[2, 4].map((values) => ({ kind: 'shared', values }) as const),
  ...[1, 1.5].map((stepsToMean) => ({ kind: 'uniform', stepsToMean }) as const),
  ...[6, 8].map((values) => ({ kind: 'shared', values }) as const),
  ...[2, 3].map((stepsToMean) => ({ kind: 'uniform', stepsToMean }) as const),
  ...[12, 16, 32, 64].map((values) => ({ kind: 'shared', values }) as const),
  { kind: 'float16' },
  { kind: 'float32' },
];

/**
 * Every way in which the values can be stored that loses at most `loss` of the accuracy on validation data, each as a file. What
 * can say nothing is dropped first.
 *
 * @param lit (inputs), whether any training image lights an input
 * @param loss share of the validation images, such as 0.001
 */
export function* packWeights(
  network: Network,
  masks: Masks,
  parameters: Parameters,
  from: PackedFrom,
  lit: Uint8Array,
  judge: Judge,
  loss: number,
): Generator<PackedWeights> {
  const shape = ticketNetwork(network);
  const whole: Packed = { survives: bytesOfMasks(masks), tensors: tensorsOf(network, masks, parameters) };
  const live = withoutDead(shape, whole, lit);
  const asked = judge.validation(masks, parameters) - loss;
  for (const quantiser of quantisers) {
    const { tables, ...few } = quantise(live, quantiser);
    const stored = withoutDead(shape, few, lit);
    const storedMasks = masksOfBytes(stored.survives);
    const storedParameters = parametersOf(network, storedMasks, stored.tensors);
    const validationAccuracy = judge.validation(storedMasks, storedParameters);
    if (validationAccuracy < asked - 1e-12) continue;
    const digest = digestParameters(storedParameters);
    const test = judge.test(storedMasks, storedParameters);
    const header: TicketHeader = { ...from, network: shape, digest, test };
    const bytes = writeTicket(header, stored.survives, { kind: 'weights', tensors: stored.tensors, tables });
    yield { bytes, quantiser, masks: storedMasks, parameters: storedParameters, digest, validationAccuracy, test };
  }
}

/** The smallest of them. @throws UserError if there is none, which only a negative loss can bring about */
export function smallestWeights(files: Iterable<PackedWeights>): PackedWeights {
  let smallest: PackedWeights | null = null;
  for (const file of files) if (smallest === null || file.bytes.length < smallest.bytes.length) smallest = file;
  if (smallest === null)
    throw new UserError('No way to store the values keeps that accuracy. Allow more with --loss-of.');
  return smallest;
}

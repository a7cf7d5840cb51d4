import { UserError } from '@winnow/arithmetic';
import { digestParameters, type Masks, type Network, type Parameters } from '@winnow/engine';
import type { TicketHeader } from '@winnow/runtime';
import { type Packed, withoutDead } from './drop-dead.js';
import { bytesOfMasks, masksOfBytes, parametersOf, tensorsOf, ticketNetwork } from './engine-ticket.js';
import { type Quantised, type Quantiser, quantise } from './quantise.js';
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
export interface PackedValues {
  readonly bytes: Uint8Array;
  readonly masks: Masks;
  readonly parameters: Parameters;
  readonly digest: string;
  readonly validationAccuracy: number;
  readonly test: NonNullable<TicketHeader['test']>;
}

export interface PackedWeights extends PackedValues {
  readonly quantiser: Quantiser;
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
    const file = packQuantised(network, quantise(live, quantiser), from, lit, judge);
    if (file.validationAccuracy >= asked - 1e-12) yield { quantiser, ...file };
  }
}

/** Values that are few already as a file. What can say nothing is dropped first. */
export function packQuantised(
  network: Network,
  { tables, ...few }: Quantised,
  from: PackedFrom,
  lit: Uint8Array,
  judge: Judge,
): PackedValues {
  const shape = ticketNetwork(network);
  const stored = withoutDead(shape, few, lit);
  const masks = masksOfBytes(stored.survives);
  const parameters = parametersOf(network, masks, stored.tensors);
  const digest = digestParameters(parameters);
  const test = judge.test(masks, parameters);
  const header: TicketHeader = { ...from, network: shape, digest, test };
  const bytes = writeTicket(header, stored.survives, { kind: 'weights', tensors: stored.tensors, tables });
  return { bytes, masks, parameters, digest, validationAccuracy: judge.validation(masks, parameters), test };
}

/** The smallest of them. @throws UserError if there is none, which only a negative loss can bring about */
export function smallestWeights(files: Iterable<PackedWeights>): PackedWeights {
  let smallest: PackedWeights | null = null;
  for (const file of files) if (smallest === null || file.bytes.length < smallest.bytes.length) smallest = file;
  if (smallest === null)
    throw new UserError('No way to store the values keeps that accuracy. Allow more with --loss-of.');
  return smallest;
}

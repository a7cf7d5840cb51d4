import { digestParameters, type Masks, type Network, type Parameters } from '@winnow/engine';
import { withoutDead } from './drop-dead.js';
import { bytesOfMasks, masksOfBytes, parametersOf, tensorsOf, ticketNetwork } from './engine-ticket.js';
import type { Judge, PackedFrom, PackedValues } from './pack.js';
import { writeTicket } from './write-ticket.js';

/** What a supermask's survivors are: start values, or their signs, times a factor for each layer, an f32. */
export interface Constants {
  readonly constants: 'initial' | 'sign';
  readonly factors: readonly number[];
}

/**
 * A supermask as a ticket: seed, masks and a number for each layer. What can say nothing is dropped first, so that its mask is cheaper.
 *
 * @param parameters survivors, which must be what `constants` makes of the start values in `from`; biases are 0
 * @param lit (inputs), whether any training image lights an input
 */
export function packSupermask(
  network: Network,
  masks: Masks,
  parameters: Parameters,
  from: PackedFrom,
  { constants, factors }: Constants,
  lit: Uint8Array,
  judge: Judge,
): PackedValues {
  const shape = ticketNetwork(network);
  const whole = { survives: bytesOfMasks(masks), tensors: tensorsOf(network, masks, parameters) };
  const { survives, tensors } = withoutDead(shape, whole, lit);
  const stored = masksOfBytes(survives);
  const kept = parametersOf(network, stored, tensors);
  const [digest, test] = [digestParameters(kept), judge.test(stored, kept)];
  const bytes = writeTicket({ ...from, network: shape, digest, test }, survives, {
    kind: 'supermask',
    constants,
    factors,
  });
  const validationAccuracy = judge.validation(stored, kept);
  return { bytes, masks: stored, parameters: kept, digest, validationAccuracy, test };
}

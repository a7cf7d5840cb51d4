import { UserError } from '@winnow/arithmetic';
import { readEnvelope } from '../ticket/envelope.js';
import { type TicketLimits, usualLimits } from '../ticket/limits.js';
import { readStored } from '../ticket/read-stored.js';
import type { TicketNetwork } from '../ticket/ticket.js';
import { fetched } from './fetched.js';
import { type Prediction, predictorOf } from './predictor.js';
import type { DenseKernel } from './stage.js';

/** A network that is ready to predict. */
export interface LoadedNetwork {
  readonly network: TicketNetwork;
  /** Of its parameters, checked. */
  readonly digest: string;
  /** Share of the weights that survive. */
  readonly density: number;
  /**
   * Predicts one picture: (inputs) bytes, or floats that are taken as they are. Each call gives new arrays.
   * @throws RangeError for another number of values
   */
  predict(pixels: ArrayLike<number>): Prediction;
}

/**
 * Loads a ticket by its address, or from its bytes.
 *
 *     const net = await loadTicket('digits.ticket');
 *     net.predict(pixels).label;
 *
 * @param kernel what computes dense layers in place of plain TypeScript, with the same bits: see `loadKernels`
 * @throws UserError if it cannot be fetched, is damaged, larger than the limits, or a `recipe`, which must be grown first
 */
export async function loadTicket(
  source: string | URL | Uint8Array | ArrayBuffer,
  limits: TicketLimits = usualLimits,
  kernel?: DenseKernel,
): Promise<LoadedNetwork> {
  const isAddress = typeof source === 'string' || source instanceof URL;
  const envelope = readEnvelope(isAddress ? await fetched(source) : new Uint8Array(source as ArrayBuffer), limits);
  if (envelope.body === 'recipe')
    throw new UserError('This ticket is a recipe: it must be trained before it predicts. `winnow grow` does that.');
  const { header, survives, tensors } = readStored(envelope, limits);
  let kept = 0;
  let all = 0;
  for (const layer of survives) {
    all += layer.length;
    for (const bit of layer) kept += bit;
  }
  return {
    network: header.network,
    digest: header.digest,
    density: kept / all,
    predict: predictorOf(header, tensors, kernel),
  };
}

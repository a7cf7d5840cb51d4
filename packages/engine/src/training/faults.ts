import { RunError } from '@winnow/arithmetic';
import type { Fault } from '../backends/backend.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';

/** The error for a call that stopped early. @param before iterations that were done before the call */
export function faultError(network: Network, fault: Fault, before: number): RunError {
  const layer = weightLayers(network)[fault.layer];
  return notFinite(layer === undefined ? 'the training loss' : `layer "${layer.name}"`, before + fault.step + 1);
}

export function notFinite(what: string, iteration: number): RunError {
  return new RunError(`${what} is not finite at iteration ${iteration}. Lower the learning rate (--lr).`);
}

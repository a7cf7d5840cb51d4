import { UserError } from '@winnow/arithmetic';
import {
  arithmetic,
  type Backend,
  initialParameters,
  type LaidOutData,
  type Masks,
  type Network,
  type Parameters,
  startTraining,
} from '@winnow/engine';
import { masksOfBytes, networkOf, networkOfTicket } from '@winnow/formats';
import { idleThreads } from '@winnow/lab';
import type { Ticket } from '@winnow/runtime';
import { ticker } from '../view/ticker.js';

/** A network with its parameters, and the digest that they have. */
export interface Grown {
  readonly network: Network;
  readonly masks: Masks;
  readonly parameters: Parameters;
  readonly digest: string;
}

/**
 * What a ticket stands for: its stored parameters, whose digest its reader has checked, or those that training its recipe gives.
 *
 * @param progress told how much of the training is done, 0 to 1
 * @throws UserError if other data, or another version of the arithmetic, made it; RunError if a value is not finite
 */
async function grow(
  ticket: Ticket,
  backend: Backend,
  data: LaidOutData,
  progress: (share: number) => void,
): Promise<Grown> {
  const { header, training, survives } = ticket;
  if (training === null || header.start === null) return { ...networkOf(ticket), digest: header.digest };
  if (training.arithmetic !== arithmetic)
    throw new UserError(
      `The ticket was made with version ${training.arithmetic} of the arithmetic; this is version ${arithmetic}. Grow it with the Winnow that made it.`,
    );
  const network = networkOfTicket(header);
  const masks = masksOfBytes(survives);
  const { initialisation, seed, trial, draw } = header.start;
  const { arithmetic: _, split: _1, level: _2, ...recipe } = training;
  const run = startTraining({
    backend,
    threads: idleThreads(backend),
    network,
    masks,
    start: initialParameters(network, masks, initialisation, { seed, trial, draw }),
    recipe: { ...recipe, initialisation, augmentation: [] },
    data,
    seed,
    trial,
    startIteration: 0,
  });
  try {
    while (run.next() !== null) {
      progress(run.iteration / recipe.iterations);
      // So that Ctrl-C is heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { parameters, digest } = run.result();
    return { network, masks, parameters, digest };
  } finally {
    run.close();
  }
}

/** @throws UserError unless the data is what the ticket was made with */
export function requireSameData({ header }: Ticket, name: string, digest: string): void {
  if (digest === header.data.digest) return;
  throw new UserError(
    `"${name}" is other data than the ticket's "${header.data.name}" (SHA-256 ${header.data.digest.slice(0, 8)}…, not ${digest.slice(0, 8)}…). Name the right one with --data.`,
  );
}

/**
 * Grows a ticket, and shows how far that is on standard error; throws as `grow` does.
 * @param quiet whether nothing is shown where there is no terminal
 */
export async function growShown(ticket: Ticket, backend: Backend, data: LaidOutData, quiet: boolean): Promise<Grown> {
  const { follow, close } = ticker(quiet);
  return grow(ticket, backend, data, (share) => follow(`Growing: ${Math.floor(100 * share)} %`)).finally(close);
}

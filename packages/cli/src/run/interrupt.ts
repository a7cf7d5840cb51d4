import { constants } from 'node:os';
import { Interrupted } from '../failure.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does work that Ctrl-C (or SIGTERM) asks to stop: the first signal aborts, so that checkpoints are finished, and the
 * second ends the process at once.
 *
 * @param say shows a line to whoever pressed Ctrl-C
 * @throws Interrupted, once the work has stopped for a signal
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  say: (message: string) => void,
): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    const exitCode = 128 + constants.signals[signal];
    if (controller.signal.aborted) process.exit(exitCode);
    say('Finishing the checkpoint. Press Ctrl-C again to stop at once.');
    controller.abort(new Interrupted('stopped. What is finished is kept; the same command continues.', exitCode));
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted && !isFailure(error) ? controller.signal.reason : error;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

/** A full disk while stopping is still a full disk; an AbortError is only the echo of the signal. */
function isFailure(error: unknown): boolean {
  return error instanceof Error && error.name !== 'AbortError' && error.name !== 'Interrupted';
}

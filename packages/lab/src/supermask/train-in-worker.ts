import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RunError, UserError } from '@winnow/arithmetic';
import type { SavedRun } from '@winnow/engine';
import { CONTROL_WORDS, ITERATION, STOP } from '../scheduler/protocol.js';
import type { SupermaskMessage, SupermaskSetup } from './protocol.js';

export type SupermaskOutcome = Extract<SupermaskMessage, { kind: 'finished' | 'stopped' }>;

/** A supermask that a thread trains. */
export interface SupermaskThread {
  readonly iteration: () => number;
  /** Asks it to stop at its next evaluation. */
  readonly stop: () => void;
  /** @throws RunError or UserError if the training or its thread fails */
  readonly outcome: Promise<SupermaskOutcome>;
}

/** The worker lies beside this file where that is bundled. Else Node finds this package's built one, also when the rest of it runs from its sources, as in tests. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./supermask-worker.js', import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('@winnow/lab/supermask-worker');
}

/** Trains one supermask in a thread of its own. */
export function trainInWorker(
  setup: Omit<SupermaskSetup, 'control'>,
  onCheckpoint: (saved: SavedRun) => void,
): SupermaskThread {
  const control = new SharedArrayBuffer(4 * CONTROL_WORDS);
  const words = new Int32Array(control);
  // No flags of this process: they may tell Node to resolve packages to sources, which it cannot run.
  const thread = new Worker(workerFile(), { workerData: { ...setup, control }, execArgv: [] });
  const { trial } = setup.options;
  const outcome = new Promise<SupermaskOutcome>((resolve, reject) => {
    const crash = (reason: string) =>
      reject(
        new RunError(`The worker that trained trial ${trial} stopped unexpectedly: ${reason}. Run the same again.`),
      );
    thread.on('message', (message: SupermaskMessage) => {
      switch (message.kind) {
        case 'checkpoint':
          return onCheckpoint(message.saved);
        case 'failed':
          return reject(revived(message.error, trial));
        case 'finished':
        case 'stopped':
          return resolve(message);
      }
    });
    thread.on('error', (error) => crash(error.message));
    thread.on('exit', (code) => crash(`it ended with code ${code}`));
  });
  return {
    iteration: () => Atomics.load(words, ITERATION),
    stop: () => void Atomics.store(words, STOP, 1),
    outcome,
  };
}

function revived(error: Extract<SupermaskMessage, { kind: 'failed' }>['error'], trial: number): Error {
  switch (error.name) {
    case 'UserError':
      return new UserError(error.message);
    case 'RunError':
      return new RunError(`In trial ${trial}: ${error.message}`);
    default:
      return Object.assign(new Error(`In trial ${trial}: ${error.message}`), { stack: error.stack });
  }
}

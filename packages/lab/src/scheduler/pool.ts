import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RunError, UserError } from '@winnow/arithmetic';
import type { SavedRun } from '@winnow/engine';
import type { Search } from '@winnow/tickets';
import type { CellPlan } from '../cells/cell-plan.js';
import { cellIdOf, cellTitle } from '../cells/name.js';
import {
  CONTROL_WORDS,
  controlOf,
  ITERATION,
  type SentError,
  STOP,
  type TrainRequest,
  type WorkerMessage,
  type WorkerRequest,
  type WorkerSetup,
  type WorkerStart,
} from './protocol.js';

export type Trained = Extract<WorkerMessage, { kind: 'finished' | 'stopped' }>;

/** A training on one of the pool's workers. */
export interface RunningCell {
  readonly cell: CellPlan;
  /** Iterations done so far. */
  readonly iteration: () => number;
  /** @throws RunError if the training or its worker fails */
  readonly outcome: Promise<Trained>;
}

/** Worker threads, each with its own backend over the one copy of the data. */
export interface Pool {
  /** How many cells can be trained at once. */
  readonly size: number;
  /** Says what all cells have in common; once, before the first of them. */
  setUp(setup: WorkerSetup): void;
  /** Starts a cell on a worker that is free; there must be one. */
  train(cell: CellPlan, request: Omit<TrainRequest, 'cell'>, onCheckpoint: (saved: SavedRun) => void): RunningCell;
  /** Asks all workers to stop their cells at the next evaluation. */
  stop(): void;
  close(): Promise<void>;
}

interface Job {
  readonly cell: CellPlan;
  readonly onMessage: (message: WorkerMessage) => void;
  readonly onCrash: (error: Error) => void;
}

/** One thread, and what it is doing. */
interface Slot {
  readonly thread: Worker;
  isSetUp: boolean;
  readonly words: Int32Array;
  job: Job | null;
  /** Why the thread has ended by itself; null while it lives. */
  ended: string | null;
}

/** The worker lies beside this file where that is built, or bundled. From sources, as in tests, Node finds this package's built one. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./worker.js', import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('@winnow/lab/worker');
}

/**
 * A pool of at most `size` workers. `early` of them start at once, load their code and draw the start values of a trial's dense network
 * each while the caller still prepares what they will train; others start when they are needed.
 *
 * @param search of those trials; without it nothing is drawn early
 */
export function openPool(size: number, early = 0, search: Search | null = null): Pool {
  const control = new SharedArrayBuffer(4 * CONTROL_WORDS * size);
  const slots: Slot[] = [];
  const open = (first: WorkerStart['first'] = null) => {
    return slots[slots.push(openSlot({ control, worker: slots.length, first })) - 1];
  };
  for (let trial = 0; trial < Math.min(early, size); trial++) open(search && { search, trial });
  let setup: WorkerSetup | null = null;

  return {
    size,
    setUp(shared) {
      setup = shared;
    },
    train(cell, request, onCheckpoint) {
      if (setup === null) throw new Error('the pool is not set up');
      const slot = slots.find(({ job }) => job === null) ?? (slots.length < size ? open() : undefined);
      if (slot === undefined) throw new Error('all workers are busy');
      Atomics.store(slot.words, ITERATION, 0);
      const outcome = new Promise<Trained>((resolve, reject) => {
        const end = (settle: () => void) => {
          slot.job = null;
          settle();
        };
        slot.job = {
          cell,
          onCrash: (error) => end(() => reject(error)),
          onMessage: (message) => {
            switch (message.kind) {
              case 'checkpoint':
                return onCheckpoint(message.saved);
              case 'failed':
                return end(() => reject(revived(message.error, cell)));
              case 'finished':
              case 'stopped':
                return end(() => resolve(message));
            }
          },
        };
      });
      if (slot.ended !== null) slot.job?.onCrash(crash(cell, slot.ended));
      if (!slot.isSetUp) send(slot, { kind: 'setup', ...setup });
      slot.isSetUp = true;
      send(slot, { kind: 'train', ...request, cell: cellIdOf(cell) });
      return { cell, outcome, iteration: () => Atomics.load(slot.words, ITERATION) };
    },
    stop() {
      // Also those that have not started yet.
      for (let worker = 0; worker < size; worker++) Atomics.store(controlOf(control, worker), STOP, 1);
    },
    async close() {
      // Nobody waits for the end of a thread that was given nothing to do.
      const ends = slots.map(({ thread, isSetUp }) => ({ isSetUp, ended: thread.terminate() }));
      for (const { thread, isSetUp } of slots) if (!isSetUp) thread.unref();
      await Promise.all(ends.filter(({ isSetUp }) => isSetUp).map(({ ended }) => ended));
    },
  };
}

function send({ thread }: Slot, request: WorkerRequest): void {
  thread.postMessage(request);
}

function openSlot(start: WorkerStart): Slot {
  // No flags of this process: they may tell Node to resolve packages to sources, which it cannot run.
  const thread = new Worker(workerFile(), { workerData: start, execArgv: [] });
  const words = controlOf(start.control, start.worker);
  const slot: Slot = { thread, isSetUp: false, words, job: null, ended: null };
  const end = (reason: string) => {
    slot.ended ??= reason;
    slot.job?.onCrash(crash(slot.job.cell, slot.ended));
  };
  thread.on('message', (message: WorkerMessage) => slot.job?.onMessage(message));
  thread.on('error', (error) => end(error.message));
  thread.on('exit', (code) => end(`it ended with code ${code}`));
  return slot;
}

function crash(cell: CellPlan, reason: string): RunError {
  return new RunError(
    `The worker that trained ${cellTitle(cell)} stopped unexpectedly: ${reason}. Run the same again: finished cells are kept.`,
  );
}

/** The error that a worker met, of the class it had there; what the run itself did wrong says in which cell. */
function revived({ name, message, stack }: SentError, cell: CellPlan): Error {
  switch (name) {
    case 'UserError':
      return new UserError(message);
    case 'RunError':
      return new RunError(`In ${cellTitle(cell)}: ${message}`);
    default:
      return Object.assign(new Error(`In ${cellTitle(cell)}: ${message}`), { stack });
  }
}

import type { Backend, LaidOutData, SavedRun } from '@winnow/engine';
import type { CellId, Search, TrainedCell } from '@winnow/tickets';
import type { Outcome } from '../store/store.js';

/** What a worker is started with: the words through which it is watched. */
export interface WorkerStart {
  /** Two 32-bit words for each worker; see `STOP` and `ITERATION`. */
  readonly control: SharedArrayBuffer;
  /** Which worker this is, counted from 0. */
  readonly worker: number;
  /** The trial whose dense network it will train first, most likely: its start values can be drawn before the data are there. */
  readonly first: { readonly search: Search; readonly trial: number } | null;
}

/** To a worker, first of all: what its cells have in common. Plain data; the examples are shared memory. */
export interface WorkerSetup {
  readonly search: Search;
  readonly data: LaidOutData;
  readonly backend: Pick<Backend, 'name' | 'isa'>;
  readonly checkpointEverySeconds: number;
}

/** Words in a worker's part of the control memory. */
export const CONTROL_WORDS = 2;
/** Not 0: stop at the next evaluation. */
export const STOP = 0;
/** Iterations of the cell that are done. */
export const ITERATION = 1;

/** A worker's part of the control memory. */
export function controlOf(control: SharedArrayBuffer, worker: number): Int32Array {
  return new Int32Array(control, 4 * CONTROL_WORDS * worker, CONTROL_WORDS);
}

/** To a worker: train this cell. */
export interface TrainRequest {
  readonly cell: CellId;
  /** The finished cells it depends on, in the order of `cellDependencies`. */
  readonly parents: readonly TrainedCell[];
  readonly saved: SavedRun | null;
  /** That share the large layers of the network. */
  readonly threads: number;
}

/** What a worker is sent, in this order: its setup once, then one cell after the other. */
export type WorkerRequest = ({ readonly kind: 'setup' } & WorkerSetup) | ({ readonly kind: 'train' } & TrainRequest);

/** From a worker. */
export type WorkerMessage =
  | { readonly kind: 'checkpoint'; readonly saved: SavedRun }
  | { readonly kind: 'stopped'; readonly saved: SavedRun }
  | ({ readonly kind: 'finished' } & Outcome)
  | { readonly kind: 'failed'; readonly error: SentError };

/** An error as it crosses threads. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

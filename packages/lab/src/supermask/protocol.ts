import type { Backend, SavedRun, SupermaskOptions, SupermaskResult } from '@winnow/engine';
import type { SentError } from '../scheduler/protocol.js';

/** What a worker that trains supermasks is started with; plain data, the examples and control words are shared. */
export interface SupermaskSetup {
  readonly options: Omit<SupermaskOptions, 'backend' | 'order'>;
  readonly backend: Pick<Backend, 'name' | 'isa'>;
  /** Two words: see `STOP` and `ITERATION` of the scheduler's protocol. */
  readonly control: SharedArrayBuffer;
  readonly checkpointEverySeconds: number;
  readonly saved: SavedRun | null;
}

export type SupermaskMessage =
  | { readonly kind: 'checkpoint'; readonly saved: SavedRun }
  | { readonly kind: 'stopped'; readonly saved: SavedRun }
  | { readonly kind: 'finished'; readonly result: SupermaskResult }
  | { readonly kind: 'failed'; readonly error: SentError };

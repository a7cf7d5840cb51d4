/** What a folder holds: a search of `find` or `train`, or what the command of that name leaves. */
export type RunKind = 'search' | 'supermask' | 'connect' | 'shrink';

/** A run in a list. */
export interface RunListing {
  readonly kind: RunKind;
  readonly path: string;
  /** Name of its network. */
  readonly network: string;
  /** Name of its data set. */
  readonly data: string;
  /** null where there are none. */
  readonly levels: number | null;
  readonly trials: number;
  readonly seed: number;
  /** How many of its parts are there: trainings, supermasks, connections or files; their checksums are not looked at. */
  readonly finished: number;
  /** How many there will be; null while nobody can know. */
  readonly planned: number | null;
  /** When it was last worked on. */
  readonly changed: Date;
}

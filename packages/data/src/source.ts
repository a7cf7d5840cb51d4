import type { DataArchive } from './archive/get.js';
import type { DataSet } from './dataset.js';

/** Where a data set comes from. */
export interface DataSource {
  /** As it is written: `mnist`, or `mnist:FOLDER` for the same files elsewhere. */
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** What to do if it is missing or damaged: a sentence. */
  readonly howToGet: string;
  /** The folder it is read from if none is named; null if it is not on this machine, or has no such place. */
  readonly defaultFolder: () => string | null;
  /** Whether what is loaded was compared with published checksums. */
  readonly verified: boolean;
  /** What is known before it is loaded: the shape of its pictures and its classes. */
  readonly form?: Pick<DataSet, 'shape' | 'classes'>;
  /** What `winnow data get` fetches, if it is published that way. */
  readonly archive?: DataArchive;
  /**
   * Reads it from the named folder, or from its default one.
   * @throws UserError if it is not there, or wrong
   */
  readonly load: (folder?: string) => Promise<DataSet>;
}

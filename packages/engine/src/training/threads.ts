import type { Backend } from '../backends/backend.js';

/** Work of which large layers may be shared among threads. */
export interface Shareable {
  readonly backend: Backend;
  /** How many threads may share large layers, where the backend has them; 1 by default. It changes no bit. */
  readonly threads?: number;
}

/** Only native code has threads. */
export function threadsOf({ backend, threads = 1 }: Shareable): number {
  return backend.name === 'native' ? threads : 1;
}

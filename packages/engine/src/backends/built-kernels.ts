import { fileURLToPath } from 'node:url';
import type { Backend } from './backend.js';

/** What came of looking for a built backend: the backends, best first, or a sentence that says why there are none. */
export type Found =
  | { readonly kind: 'found'; readonly backends: readonly Backend[] }
  | { readonly kind: 'missing'; readonly reason: string };

export const missing = (reason: string): Found => ({ kind: 'missing', reason });

/** The path of a built file. Sources and compiled code lie equally deep in the package, so one path serves both. */
export function builtFile(name: string): string {
  return fileURLToPath(new URL(`../../../../kernels/build/${name}`, import.meta.url));
}

export const STALE = 'was built for another version of the instruction table: run `npm run build`';

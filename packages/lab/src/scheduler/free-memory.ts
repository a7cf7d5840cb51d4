import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * A function that frees at once what nothing refers to any more. By itself V8 lets typed arrays wait until there are some
 * 64 MB of them in each thread: its heap is small, and what lies outside of it hardly counts. Where the engine offers no such thing,
 * nothing happens.
 */
export function memoryFreer(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return () => {
    if (typeof collect === 'function') collect();
  };
}

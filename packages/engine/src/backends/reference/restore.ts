import type { Memory, Operands } from './memory.js';

/** Puts frozen weights back to the values that they are held at. */
export function restore({ floats, words }: Memory, o: Operands<'restore'>): void {
  for (let k = 0; k < o.count; k++) floats[o.values + words[o.places + k]] = floats[o.held + k];
}

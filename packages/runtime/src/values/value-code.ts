/** How the values of a layer's survivors, or its biases, are stored. */
export type ValueCode =
  /** One of a few values that all share, ascending, no two the same. */
  | { readonly kind: 'levels'; readonly levels: Float32Array }
  /** Each by itself, as a float of so many bits. */
  | { readonly kind: 'float'; readonly bits: 16 | 32 };

/** How many of the levels are below 0: those are counted away from 0 downwards, the others upwards. */
export function negativeLevels(levels: Float32Array): number {
  let count = 0;
  while (count < levels.length && levels[count] < 0) count++;
  return count;
}

/** Indices within a chunk are 16 bits wide. */
const WIDEST = 65_536;

/**
 * Columns that a chunk of the compressed form may span, by density. A dense-ish chunk must leave its 112 × 64 inputs
 * (28 KB) in the first-level cache; in a sparse one, rows of a few survivors would cost more than the misses.
 */
const widths = [
  { fromDensity: 0.15, width: 112 },
  { fromDensity: 0.07, width: 196 },
  { fromDensity: 0.035, width: 392 },
  { fromDensity: 0, width: WIDEST },
] as const;

/** Columns of each chunk but the last, for a matrix of this density and so many columns: as equal as can be. */
export function chunkWidth(density: number, columns: number): number {
  const limit = widths.find(({ fromDensity }) => density >= fromDensity)?.width ?? WIDEST;
  const chunks = Math.ceil(columns / limit);
  return Math.ceil(columns / chunks);
}

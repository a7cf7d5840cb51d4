/** Indices within a chunk are 16 bits wide. */
const WIDEST = 65_536;

/** Inputs (256 bytes each) that leave room for the rest in a first-level cache of 32 KB. */
const CACHED = 100;

/** Survivors of a row that are worth the cost of taking up its sums again in each chunk. */
const WORTHWHILE = 16;

/** Columns of each chunk but the last, for a matrix of this density and so many columns: as equal as can be. */
export function chunkWidth(density: number, columns: number): number {
  const limit = density === 0 ? WIDEST : Math.min(WIDEST, Math.max(CACHED, Math.ceil(WORTHWHILE / density)));
  const chunks = Math.max(1, Math.ceil(columns / limit));
  return Math.max(1, Math.ceil(columns / chunks));
}

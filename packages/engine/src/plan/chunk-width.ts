import { blocking } from './blocking.js';

/** Indices within a chunk are 16 bits wide. */
const WIDEST = 65_536;

/** Columns of each chunk but the last, for a matrix of this density and size: as equal as can be. */
export function chunkWidth(density: number, rows: number, columns: number): number {
  const { cachedColumns, cachedRows, worthwhileSurvivors, worthwhileOfManyRows } = blocking;
  const survivors = rows > cachedRows ? worthwhileOfManyRows : worthwhileSurvivors;
  const limit = density === 0 ? WIDEST : Math.min(WIDEST, Math.max(cachedColumns, Math.ceil(survivors / density)));
  const chunks = Math.max(1, Math.ceil(columns / limit));
  return Math.max(1, Math.ceil(columns / chunks));
}

import { blocking } from './blocking.js';

/** Indices within a chunk are 16 bits wide. */
const WIDEST = 65_536;

/** Columns of each chunk but the last, for a matrix of this density and so many columns: as equal as can be. */
export function chunkWidth(density: number, columns: number): number {
  const { cachedColumns, worthwhileSurvivors } = blocking;
  const limit =
    density === 0 ? WIDEST : Math.min(WIDEST, Math.max(cachedColumns, Math.ceil(worthwhileSurvivors / density)));
  const chunks = Math.max(1, Math.ceil(columns / limit));
  return Math.max(1, Math.ceil(columns / chunks));
}

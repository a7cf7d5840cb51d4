import { LANES, VIRTUAL_LANES } from '../contract.js';
import { blocking } from './blocking.js';
import { wholeLines } from './layout.js';

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Rows (or columns) that a convolution makes of so many. */
export function convolvedSize(length: number, { kernel, stride, padding }: Window): number {
  return Math.floor((length + 2 * padding - kernel) / stride) + 1;
}

/** Rows (or columns) that a pooling makes of so many. */
export function pooledSize(
  length: number,
  { size, stride }: { readonly size: number; readonly stride: number },
): number {
  return Math.floor((length - size) / stride) + 1;
}

/** How a convolution's work is cut. It changes no bit, only speed and the size of scratch. */
export interface Tiles {
  /** Rows and columns of the result that are worked out together; columns are a multiple of `blocking.tileRun` or of `blocking.longTileRun`. */
  readonly rows: number;
  readonly columns: number;
}

/** Tiles for a result of so many rows and columns: long ones, unless more columns of theirs would be worked out in vain. */
export function tilesFor(height: number, width: number): Tiles {
  const { tileRun, longTileRun } = blocking;
  const left = width % longTileRun;
  const inLong = width - left + (left === 0 ? 0 : left <= tileRun ? tileRun : longTileRun);
  const isLong = width > tileRun && inLong <= Math.ceil(width / tileRun) * tileRun;
  return { rows: Math.min(height, 4), columns: isLong ? longTileRun : tileRun };
}

/** Rows of the result that an update takes together: more of them where pictures are small. */
export function stripRows(height: number): number {
  return Math.min(height, height <= 16 ? 8 : 4);
}

/**
 * Words that the patch of the input that a tile reads takes, 16 lanes of it: which column each of its columns is, where each tap's values
 * begin, and the values.
 */
function patchWords({ rows, columns }: Tiles, kernel: number, stride: number, channels: number): number {
  const places = channels * kernel * kernel;
  const patch = patchSize({ rows, columns }, kernel, stride);
  return wholeLines(patch.columns) + wholeLines(places) + channels * patch.rows * patch.columns * VIRTUAL_LANES;
}

function patchSize({ rows, columns }: Tiles, kernel: number, stride: number): Tiles {
  return { rows: (rows - 1) * stride + kernel, columns: stride * (columns + Math.floor((kernel - 1) / stride)) };
}

/** Words for the places of a chunk at which a pixel meets anything but 0, and a byte for each of a patch's pixels whether it is that. */
function listWords(tiles: Tiles, kernel: number, stride: number, channels: number): number {
  const { rows, columns } = patchSize(tiles, kernel, stride);
  return wholeLines(channels * kernel * kernel) + wholeLines((channels * rows * columns) / 4);
}

/**
 * Words that a product needs to work in: values in another order, the patch of a tile, the tile's sums, a list of rows, and
 * the places of taps or lists of pixels.
 *
 * @param stride of the windows; 1 for an input gradient @param channels most channels of a chunk @param results channels of the result
 */
export function productScratch(
  tiles: Tiles,
  kernel: number,
  stride: number,
  channels: number,
  results: number,
  { reordered, places }: { readonly reordered: number; readonly places: number },
): number {
  const sums = results * tiles.rows * tiles.columns * VIRTUAL_LANES;
  const lists = Math.max(places, listWords(tiles, kernel, stride, channels));
  return wholeLines(reordered) + patchWords(tiles, kernel, stride, channels) + sums + wholeLines(results) + lists;
}

/**
 * Words that a weight update needs: the patch of a strip of whole rows, strips of some outputs' gradients, which of their pixels are lit, and sums.
 * @param width columns of the result @param outputs whose strips are there at once: `blocking.updateOutputs` of a dense update, all of a compressed one
 * @param survivors whose sums are kept at the same time
 */
export function updateScratch(
  rows: number,
  width: number,
  kernel: number,
  stride: number,
  channels: number,
  outputs: number,
  survivors: number,
): number {
  const pixels = outputs * rows * width;
  // Bits of 64 pixels at a time, for each of two groups of lanes, and where each output's survivors begin and end.
  const bits = 2 * rows * Math.ceil(width / 64);
  const lists = wholeLines(2 * outputs * (bits + 1));
  return patchWords({ rows, columns: width }, kernel, stride, channels) + (pixels + survivors) * VIRTUAL_LANES + lists;
}

/** Words that a bias update needs: for each row the sums of all lanes but the first 16. */
export function biasScratch(height: number): number {
  return height * (LANES - VIRTUAL_LANES);
}

/** Words that a batch norm needs for its two sums, as `biasScratch` for one. */
export function normScratch(height: number): number {
  return 2 * biasScratch(height);
}

/** Channels of each chunk but the last, for weights of this density: few enough for a first-level cache, many enough to be worth it. */
export function chunkChannels(density: number, channels: number): number {
  const most = density >= 0.4 ? 8 : density >= 0.12 ? 16 : density >= 0.04 ? 32 : 64;
  const chunks = Math.ceil(channels / most);
  return Math.ceil(channels / chunks);
}

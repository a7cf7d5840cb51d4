import { VIRTUAL_LANES } from '../contract.js';
import { LINE_WORDS } from './layout.js';

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
  /** Rows and columns of the result that are worked out together; columns are a multiple of `RUN`. */
  readonly rows: number;
  readonly columns: number;
}

/** Pixels side by side that kernels take at once: with 16 lanes each they are one block's worth of vectors. */
const RUN = 4;

/** Tiles for a result of so many columns. */
export function tilesFor(height: number, width: number): Tiles {
  return { rows: Math.min(height, 4), columns: Math.min(8, RUN * Math.ceil(width / RUN)) };
}

/** Rows of the result that an update takes together. */
export function stripRows(height: number): number {
  return Math.min(height, 4);
}

const whole = (words: number): number => Math.ceil(words / LINE_WORDS) * LINE_WORDS;

/**
 * Words that a product needs to work in: which column each column of a patch is, where each tap's values begin, and the patch of
 * the input that a tile reads, 16 lanes of it.
 *
 * @param stride of the windows; 1 for an input gradient @param channels most channels of a chunk
 */
export function productScratch({ rows, columns }: Tiles, kernel: number, stride: number, channels: number): number {
  const patchRows = (rows - 1) * stride + kernel;
  const patchColumns = stride * (columns + Math.floor((kernel - 1) / stride));
  const places = channels * kernel * kernel;
  return whole(patchColumns) + whole(places) + channels * patchRows * patchColumns * VIRTUAL_LANES;
}

/**
 * Words that a weight update needs: the same for strips of whole rows, a strip of one output's gradient, and the sums of a chunk.
 * @param width columns of the result @param survivors most survivors of a chunk
 */
export function updateScratch(
  rows: number,
  width: number,
  kernel: number,
  stride: number,
  channels: number,
  survivors: number,
): number {
  const strip = productScratch({ rows, columns: width }, kernel, stride, channels);
  return strip + (rows * width + survivors) * VIRTUAL_LANES;
}

/** Channels of each chunk but the last, for weights of this density: few enough for a first-level cache, many enough to be worth it. */
export function chunkChannels(density: number, channels: number): number {
  const most = density >= 0.4 ? 8 : density >= 0.08 ? 16 : density >= 0.04 ? 32 : 64;
  const chunks = Math.ceil(channels / most);
  return Math.ceil(channels / chunks);
}

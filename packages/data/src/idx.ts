import { UserError } from '@winnow/arithmetic';
import { grouped } from './text.js';

/** A file's bytes, uncompressed, with what is needed to complain about it. */
export interface IdxBytes {
  /** How the user knows the file: its path. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What to do if the file is wrong: a sentence. */
  readonly remedy: string;
}

/** Images read from an IDX file. */
export interface IdxImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** (count, height, width) u8, a view on the file's bytes. */
  readonly values: Uint8Array;
}

/** Third byte: 8 for unsigned bytes. Fourth byte: the number of dimensions. */
const IMAGES_MAGIC = 0x0803;
const LABELS_MAGIC = 0x0801;

/**
 * Reads an IDX file of images: the magic number 0x00000803, three big-endian sizes (images, rows, columns), the pixels.
 * Format: Y. LeCun, C. Cortes & C. Burges, "The MNIST database", file formats.
 *
 * @throws UserError naming the file, what was expected, and the remedy
 */
export function parseIdxImages(file: IdxBytes): IdxImages {
  const [count, height, width] = readSizes(file, 'images', IMAGES_MAGIC, 3);
  return { count, height, width, values: readValues(file, [count, height, width]) };
}

/**
 * Reads an IDX file of labels: the magic number 0x00000801, their number (big-endian), the labels as a view on its bytes.
 *
 * @throws UserError naming the file, what was expected, and the remedy
 */
export function parseIdxLabels(file: IdxBytes): Uint8Array {
  return readValues(file, readSizes(file, 'labels', LABELS_MAGIC, 1));
}

function readSizes({ path, bytes, remedy }: IdxBytes, what: string, magic: number, dimensions: number): number[] {
  const headerBytes = headerLength(dimensions);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint32(0) !== magic) {
    throw new UserError(
      `${path} is not an IDX file of ${what}: it starts with ${hex(view.getUint32(0))} where ${hex(magic)} is expected. ${remedy}`,
    );
  }
  if (bytes.length < headerBytes) {
    throw new UserError(`${path} ends after ${bytes.length} bytes, inside its header of ${headerBytes}. ${remedy}`);
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  if (sizes.includes(0)) throw new UserError(`${path} holds no ${what}: its sizes are ${sizes.join(' × ')}. ${remedy}`);
  return sizes;
}

function readValues({ path, bytes, remedy }: IdxBytes, sizes: readonly number[]): Uint8Array {
  const headerBytes = headerLength(sizes.length);
  const expectedBytes = headerBytes + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length < expectedBytes) {
    throw new UserError(`${path} ends after ${grouped(bytes.length)} of ${grouped(expectedBytes)} bytes. ${remedy}`);
  }
  if (bytes.length > expectedBytes) {
    throw new UserError(
      `${path} has ${grouped(bytes.length)} bytes, but its header announces ${grouped(expectedBytes)}. ${remedy}`,
    );
  }
  return bytes.subarray(headerBytes);
}

function headerLength(dimensions: number): number {
  return 4 + 4 * dimensions;
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}

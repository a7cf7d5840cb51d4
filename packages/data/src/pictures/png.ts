import { convertIndexedToRgb, decode } from 'fast-png';

/** A picture of bytes: values (channels, height, width). */
export interface Picture {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly values: Uint8Array;
}

/** Values of a picture that are read at most: 4096 × 4096 of grey. */
const LARGEST = 1 << 24;

/** Whether a file starts as PNGs do. */
export function isPng(file: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => file[i] === byte);
}

/**
 * The picture in a PNG of 8 bits a channel, grey or coloured; colours of a palette count as coloured, and transparency is left out.
 * @throws RangeError with a sentence about the file, if it is no such PNG, is damaged, or has more than 2²⁴ values
 */
export function readPng(file: Uint8Array): Picture {
  if (!isPng(file) || file.length < 33) throw new RangeError('is no PNG.');
  const header = new DataView(file.buffer, file.byteOffset);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  // Before anything is decoded: a small file can announce a huge picture.
  if (width * height * 4 > 4 * LARGEST) throw new RangeError(`is a PNG of ${width} × ${height}, which is too large.`);
  const { values, stride } = decoded(file);
  const channels = stride < 3 ? 1 : 3;
  const size = width * height;
  if (values.length !== size * stride) throw new RangeError('is a damaged PNG.');
  const planes = new Uint8Array(channels * size);
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < size; pixel++) planes[channel * size + pixel] = values[pixel * stride + channel];
  }
  return { channels, height, width, values: planes };
}

/** Values pixel by pixel, `stride` of them each. */
function decoded(file: Uint8Array): { readonly values: ArrayLike<number>; readonly stride: number } {
  let png: ReturnType<typeof decode>;
  try {
    png = decode(file, { checkCrc: true });
    if (png.palette !== undefined) {
      const values = convertIndexedToRgb(png);
      return { values, stride: values.length / (png.width * png.height) };
    }
  } catch (error) {
    throw new RangeError(`is a damaged PNG: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (png.depth !== 8) throw new RangeError(`is a PNG of ${png.depth} bits a channel; only 8 are read.`);
  return { values: png.data, stride: png.channels };
}

import { inflateSync } from 'node:zlib';
import { UserError } from '@winnow/arithmetic';

/** Channels by PNG's colour type. Palettes are not read: their order of colours is no brightness. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const LARGEST = 1 << 24;

/**
 * The values of a PNG of 8 bits a channel (RFC 2083), not interlaced: (height, width) for grey, (3, height, width) for colours. Alpha
 * is left out. @throws UserError for any other
 */
export function decodePng(file: Buffer): Uint8Array {
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const [depth, colour, , , interlace] = file.subarray(24, 29);
  const channels = channelsOf[colour];
  if (depth !== 8 || channels === undefined || interlace !== 0)
    throw new UserError('Only PNGs of 8 bits a channel, without palette or interlacing, are read.');
  if (width * height * channels > LARGEST) throw new UserError(`A PNG of ${width} × ${height} is too large.`);
  const data: Buffer[] = [];
  for (let at = 8; at + 8 <= file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const stride = width * channels;
  const lines = inflateSync(Buffer.concat(data), { maxOutputLength: height * (stride + 1) });
  if (lines.length !== height * (stride + 1)) throw new UserError('This PNG is damaged: its lines are too few.');
  const pixels = unfiltered(lines, height, stride, channels);
  const colours = channels < 3 ? 1 : 3;
  return Uint8Array.from({ length: colours * width * height }, (_, i) => {
    const pixel = i % (width * height);
    return pixels[pixel * channels + Math.floor(i / (width * height))];
  });
}

/** Undoes the filter of each line: none, sub, up, average or Paeth. */
function unfiltered(lines: Uint8Array, height: number, stride: number, step: number): Uint8Array {
  const out = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[y * stride + x - step] : 0;
      const up = y > 0 ? out[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? out[(y - 1) * stride + x - step] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      if (guess === undefined) throw new UserError('This PNG is damaged: it has an unknown filter.');
      out[y * stride + x] = lines[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

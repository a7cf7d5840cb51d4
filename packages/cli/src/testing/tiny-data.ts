import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const side = 28;

/** Writes a folder of IDX files: 28 × 28 pictures of ten classes, each a bright row of its own in a little noise. */
export async function writeTinyData(folder: string, training = 300, test = 100): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, count] of [
    ['train', training],
    ['t10k', test],
  ] as const) {
    await writeFile(join(folder, `${name}-images-idx3-ubyte`), images(count));
    await writeFile(join(folder, `${name}-labels-idx1-ubyte`), labels(count));
  }
}

const labelOf = (image: number): number => (image * 7) % 10;

function images(count: number): Uint8Array {
  const bytes = new Uint8Array(16 + count * side * side);
  header(bytes, [0x803, count, side, side]);
  for (let image = 0; image < count; image++) {
    for (let pixel = 0; pixel < side * side; pixel++) {
      const bright = Math.floor(pixel / side) === 2 * labelOf(image) + 4;
      bytes[16 + image * side * side + pixel] = bright ? 200 : (image * 31 + pixel * 17) % 40;
    }
  }
  return bytes;
}

function labels(count: number): Uint8Array {
  const bytes = new Uint8Array(8 + count);
  header(bytes, [0x801, count]);
  for (let image = 0; image < count; image++) bytes[8 + image] = labelOf(image);
  return bytes;
}

/** Big-endian 32-bit words, as IDX has them. */
function header(bytes: Uint8Array, words: readonly number[]): void {
  const view = new DataView(bytes.buffer);
  for (const [at, word] of words.entries()) view.setUint32(4 * at, word);
}

import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DataSet } from '../dataset.js';
import type { IdxFileName } from '../idx-files.js';

/** The bytes of an IDX file: magic number, sizes, values. */
export function idxBytes(magic: number, sizes: readonly number[], values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  bytes.set(values, 4 + 4 * sizes.length);
  return bytes;
}

/** Six training and three test images of 2 × 3, in three classes. */
export const smallFiles: Readonly<Record<IdxFileName, Uint8Array>> = {
  'train-images-idx3-ubyte': idxBytes(
    0x803,
    [6, 2, 3],
    Array.from({ length: 36 }, (_, i) => i),
  ),
  'train-labels-idx1-ubyte': idxBytes(0x801, [6], [0, 1, 2, 2, 1, 1]),
  't10k-images-idx3-ubyte': idxBytes(
    0x803,
    [3, 2, 3],
    Array.from({ length: 18 }, (_, i) => 255 - i),
  ),
  't10k-labels-idx1-ubyte': idxBytes(0x801, [3], [2, 0, 1]),
};

/** Writes files into a new folder, which lives as long as the test, and gives its path. */
export async function writeFolder(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await newFolder();
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

/** Copies a folder into a new one, which lives as long as the test, and gives its path. */
export async function copyFolder(original: string): Promise<string> {
  const folder = await newFolder();
  await cp(original, folder, { recursive: true });
  return folder;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A data set of images of one pixel with these training labels. */
export function labelled(labels: readonly number[], classes: number): DataSet {
  const train = { count: labels.length, images: new Uint8Array(labels.length), labels: Uint8Array.from(labels) };
  return {
    name: 'labelled',
    digest: '',
    shape: [1, 1, 1],
    features: 1,
    classes,
    scaling: { kind: 'unit' },
    train,
    test: train,
  };
}

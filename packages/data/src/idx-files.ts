import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { allInOrder, UserError } from '@winnow/arithmetic';
import type { IdxBytes } from './idx.js';
import { readWhole } from './read-whole.js';
import { reasonOf } from './text.js';

/** The usual names of the four files, in the order in which a data set's digest takes them. */
export const idxFileNames = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;

export type IdxFileName = (typeof idxFileNames)[number];

/** The four files of a folder, uncompressed. */
export type IdxFiles = Readonly<Record<IdxFileName, IdxBytes>>;

/** What to do, in a sentence each, if a file is not there and if it is not what it should be. */
export interface Remedies {
  readonly missing: string;
  readonly damaged: string;
}

/**
 * Reads the four files of a folder, each gzipped or not (by its content), under its usual name, also written with a dot
 * (`train-images.idx3-ubyte`), and also ending in `.gz`.
 *
 * @throws UserError if the folder or a file is missing, cannot be read, or is damaged gzip data
 */
export async function readIdxFiles(folder: string, remedies: Remedies): Promise<IdxFiles> {
  await requireFolder(folder, remedies);
  const entries = idxFileNames.map(async (name) => [name, await readIdxFile(folder, name, remedies)] as const);
  return Object.fromEntries(await allInOrder(entries)) as Record<IdxFileName, IdxBytes>;
}

async function requireFolder(folder: string, { missing }: Remedies): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw new UserError(`The folder ${folder} cannot be read: ${reasonOf(error)}. ${missing}`);
  });
  if (!found.isDirectory()) throw new UserError(`${folder} is a file where a folder with IDX files is expected.`);
}

async function readIdxFile(folder: string, name: IdxFileName, remedies: Remedies): Promise<IdxBytes> {
  const dotted = name.replace('-idx', '.idx');
  for (const candidate of [name, dotted, `${name}.gz`, `${dotted}.gz`]) {
    const path = join(folder, candidate);
    const stored = await readIfPresent(path);
    if (stored === null) continue;
    const remedy = remedies.damaged;
    const bytes = await uncompressed(path, stored, remedy);
    return { path, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), remedy };
  }
  throw new UserError(`${folder} has no ${name}, gzipped or not. ${remedies.missing}`);
}

async function readIfPresent(path: string): Promise<Uint8Array | null> {
  try {
    return await readWhole(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}. Check the file and its permissions.`);
  }
}

async function uncompressed(path: string, stored: Uint8Array, remedy: string): Promise<Uint8Array> {
  const isGzip = stored[0] === 0x1f && stored[1] === 0x8b;
  if (!isGzip) return stored;
  try {
    return await promisify(gunzip)(stored);
  } catch (error) {
    throw new UserError(`${path} is damaged gzip data: ${reasonOf(error)}. ${remedy}`);
  }
}

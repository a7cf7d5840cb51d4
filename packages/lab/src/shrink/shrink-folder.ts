import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Masks, Network, Parameters } from '@winnow/engine';
import { readParameters, writeParameters } from '@winnow/formats';
import * as z from 'zod';
import { writingError } from '../store/file-errors.js';
import { makeFolder, removeTemporaries, replaceFile } from '../store/files.js';
import { takeLock } from '../store/lock.js';
import { changedAt, isThere, readJson } from '../store/look.js';
import { hasMark } from '../store/own-folder.js';
import { LOCK } from '../store/run-folder.js';
import type { RunListing } from '../store/run-listing.js';
import type { ShrinkFile, ShrinkSummary } from './shrink-result.js';

/** The file that makes a folder a search for the smallest file. */
const SHRINK_FILE = 'shrink.json';
const FORMAT = 'winnow shrink 1';

/** What `shrink.json` says for those who read the folder; it decides nothing. */
const schema = z.object({ network: z.string(), data: z.string(), seed: z.int() });

/** A file as it is kept beside its ticket. */
interface Kept {
  readonly hash: string;
  readonly file: ShrinkFile;
}

/** The folder of a search: `search/`, `masks-PRESSURE/`, and `files/` with each ticket and what is known of it. */
export interface ShrinkFolder {
  readonly path: string;
  /** Where a ticket is. */
  ticket(name: string): string;
  /** A file that is finished, of the same settings; null if there is none. */
  find(name: string, hash: string): Promise<ShrinkFile | null>;
  put(file: ShrinkFile, hash: string, bytes: Uint8Array): Promise<void>;
  /** Parameters that many files begin with; null if they were not kept, or are of other settings. */
  parameters(name: string, hash: string, network: Network): Promise<Parameters | null>;
  putParameters(name: string, hash: string, network: Network, masks: Masks, parameters: Parameters): Promise<void>;
  write(name: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or makes the folder of a search, and locks it.
 * @throws UserError if it holds something else or cannot be written; RunError if a living process has it, or the disk is full
 */
export async function openShrinkFolder(out: string, about: z.infer<typeof schema>): Promise<ShrinkFolder> {
  const path = resolve(out);
  await hasMark(path, SHRINK_FILE, 'search for the smallest file', out);
  const writing = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw writingError(error, out);
    });
  const files = join(path, 'files');
  await writing(makeFolder(path));
  await writing(makeFolder(files));
  const lock = await writing(takeLock(join(path, LOCK)));
  const text = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const kept = (name: string): string => join(files, `${name}.safetensors`);
  try {
    await removeTemporaries(files);
    await writing(replaceFile(join(path, SHRINK_FILE), text({ format: FORMAT, ...about })));
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    path,
    ticket: (name) => join(files, `${name}.ticket`),
    async find(name, hash) {
      const found = (await readJson(join(files, `${name}.json`))) as Kept | undefined;
      const bytes = await readFile(join(files, `${name}.ticket`)).catch(() => null);
      return found?.hash === hash && bytes?.length === found.file.bytes ? found.file : null;
    },
    async put(file, hash, bytes) {
      await writing(replaceFile(join(files, `${file.name}.ticket`), bytes));
      await writing(replaceFile(join(files, `${file.name}.json`), text({ hash, file })));
    },
    async parameters(name, hash, network) {
      const bytes = await readFile(kept(name)).catch(() => null);
      if (bytes === null) return null;
      const { metadata, parameters } = readParameters(bytes, network, kept(name));
      return metadata.hash === hash ? parameters : null;
    },
    putParameters: (name, hash, network, masks, parameters) =>
      writing(replaceFile(kept(name), writeParameters(network, masks, parameters, { hash }))),
    write: (name, content) => writing(replaceFile(join(path, name), new TextEncoder().encode(content))),
    close: () => lock.release(),
  };
}

/** Whether a folder is a search for the smallest file. */
export const isShrinkRun = (path: string): Promise<boolean> => isThere(join(path, SHRINK_FILE));

/** Such a folder in a list. */
export async function shrinkListing(path: string): Promise<RunListing> {
  const summary = await readShrinkSummary(path);
  // Folders of an earlier version say it in their results alone.
  const said = schema.safeParse(await readJson(join(path, SHRINK_FILE)));
  const { network, data, seed } = said.data ?? summary ?? { network: 'unnamed', data: 'unnamed', seed: 0 };
  const files = (await readdir(join(path, 'files')).catch((): string[] => [])).filter((name) => name.endsWith('.json'));
  const written = [SHRINK_FILE, ...files.map((name) => join('files', name))].map((name) => changedAt(join(path, name)));
  const changed = new Date(Math.max(...(await Promise.all(written)).map((time) => time ?? 0)));
  const counts = { levels: null, trials: 1, finished: files.length, planned: summary === null ? null : files.length };
  return { kind: 'shrink', path: resolve(path), network, data, seed, ...counts, changed };
}

/** What was found; null while it was never finished. */
export async function readShrinkSummary(path: string): Promise<ShrinkSummary | null> {
  return ((await readJson(join(path, 'results.json'))) as ShrinkSummary | undefined) ?? null;
}

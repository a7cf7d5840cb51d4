import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { systemCode, writingError } from './file-errors.js';
import {
  isTemporaryName,
  makeFolder,
  removeEmptyFolders,
  removeTemporaries,
  replaceFile,
  type WriteFile,
  writeDurably,
} from './files.js';
import { cellsFolder, sweepCells } from './folder-store.js';
import { type Lock, takeLock } from './lock.js';
import { differenceFrom, RUN_FILE, type RunFile, readRunFile, writeRunFile } from './run-file.js';

/** A run folder that nobody else writes to until it is closed. */
export interface RunFolder {
  readonly path: string;
  close(): Promise<void>;
}

export const LOCK = 'lock';

/**
 * Opens a folder for a run, makes it if need be, and locks it. What a killed process left half-written is deleted. If
 * this fails, nothing that was not there before is left behind.
 *
 * @throws UserError if the folder cannot be written, holds other files, or another experiment; RunError if a living
 * process has it, or the disk is full
 */
export async function openRunFolder(path: string, file: RunFile, write: WriteFile = writeDurably): Promise<RunFolder> {
  const folder = resolve(path);
  await requireRunOrEmpty(folder);
  let made: string | null = null;
  let lock: Lock | null = null;
  try {
    made = await makeFolder(folder);
    lock = await takeLock(join(folder, LOCK));
    await requireSame(folder, file);
    await removeTemporaries(folder);
    await sweepCells(folder);
    await replaceFile(join(folder, RUN_FILE), writeRunFile(file), write);
    await makeFolder(cellsFolder(folder));
  } catch (error) {
    if (made !== null && lock !== null) await emptyFolder(folder);
    await lock?.release();
    if (made !== null) await removeEmptyFolders(folder, made);
    throw writingError(error, path);
  }
  const { release } = lock;
  return { path: folder, close: release };
}

/** Deletes what was made in a new folder that is ours, but for the lock. */
async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== LOCK) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** A run is never put among other files: a slip such as `--out ~` must not scatter cells there. */
async function requireRunOrEmpty(folder: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [] as string[];
    throw writingError(error, folder);
  });
  if (names.includes(RUN_FILE)) return;
  const stranger = names.find((name) => !isOurs(name));
  if (stranger === undefined) return;
  throw new UserError(`${folder} is no run folder: it holds ${stranger}. Choose a new or an empty folder (--out).`);
}

/** What a process may have left that was killed before it wrote the run file. */
function isOurs(name: string): boolean {
  return name.startsWith(LOCK) || name === 'cells' || isTemporaryName(name);
}

async function requireSame(folder: string, asked: RunFile): Promise<void> {
  const found = await readRunFile(folder);
  const difference = found === null ? null : differenceFrom(found, asked);
  if (difference === null) return;
  throw new UserError(`${folder} holds the run of another experiment: ${difference}. Choose another folder (--out).`);
}

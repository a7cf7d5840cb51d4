import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './file-errors.js';

/** Writes a new file and returns when its bytes are on the disk. Tests pass one that fails. */
export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>;

export const writeDurably: WriteFile = async (path, bytes) => {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Temporary names end like this, so that what a killed process left can be told from what is whole. */
const TEMPORARY = '.tmp';

/** A name in the same folder that nobody else uses. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}-${randomBytes(4).toString('hex')}${TEMPORARY}`);
}

export const isTemporaryName = (name: string): boolean => name.startsWith('.') && name.endsWith(TEMPORARY);

/** Replaces a file in one step: whoever reads sees all of the old bytes or all of the new ones, also after a crash. */
export async function replaceFile(path: string, bytes: Uint8Array, write: WriteFile = writeDurably): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await write(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a folder with these files appear in one step, in place of what may have been there. */
export async function replaceFolder(
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
  write: WriteFile = writeDurably,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await makeFolder(temporary);
    for (const [name, bytes] of files) await write(join(temporary, name), bytes);
    await syncFolder(temporary);
    await setAside(path);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** A folder cannot be renamed onto one that has files, so the old one gets a temporary name before it is deleted. */
async function setAside(path: string): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch {
    return; // there was none; anything worse shows in the rename that follows
  }
  await rm(aside, { recursive: true, force: true });
}

/** Makes renames in a folder last through a loss of power. Windows neither needs nor allows it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Deletes what a killed process left half-written in a folder. */
export async function removeTemporaries(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter(isTemporaryName);
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
  return left;
}

/**
 * Makes a folder and those above it that are missing, one after the other; if that fails, those that were made go again.
 * (Node's own `recursive` leaves them, and never returns where the system answers ENOENT to every try, as in /proc.)
 *
 * @returns the uppermost folder that was made; null if all were there
 */
export async function makeFolder(path: string): Promise<string | null> {
  if (await makeOne(path)) return path;
  if (await isFolder(path)) return null;
  const above = dirname(path);
  const made = above === path ? null : await makeFolder(above);
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await isFolder(path))) return made; // another was faster
    if (made !== null) await removeEmptyFolders(above, made);
    throw error;
  }
  return made ?? path;
}

/** @returns whether it was made; false if there is something of that name, or no folder above */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || (code === 'EEXIST' && (await isFolder(path)))) return false;
    throw error;
  }
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() === true;

/** Deletes a folder and those above it, up to `uppermost`, as long as they are empty: others may have begun to use them. */
export async function removeEmptyFolders(path: string, uppermost: string): Promise<void> {
  try {
    await rmdir(path);
  } catch {
    return;
  }
  if (path !== uppermost) await removeEmptyFolders(dirname(path), uppermost);
}

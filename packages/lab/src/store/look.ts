import { readFile, stat } from 'node:fs/promises';

/** What a file of JSON says; undefined if it is not there, or is none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** When a file was written, in milliseconds; null if it is not there. */
export async function changedAt(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? null;
}

export const isThere = async (path: string): Promise<boolean> => (await changedAt(path)) !== null;

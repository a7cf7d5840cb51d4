import { readdir } from 'node:fs/promises';
import { UserError } from '@winnow/arithmetic';
import { systemCode, writingError } from './file-errors.js';
import { LOCK } from './run-folder.js';

/**
 * Results are never put among other files: a slip such as `--out ~` must not scatter them there. Hidden files and the lock of a process
 * that was killed do not count.
 *
 * @param mark the file that makes a folder one of ours
 * @param what ours is called: "folder of supermasks"
 * @param out the path as the user wrote it
 * @returns whether the folder has the mark; an empty one, or none, has not
 * @throws UserError if it holds something else, or cannot be read
 */
export async function hasMark(path: string, mark: string, what: string, out: string): Promise<boolean> {
  const names = await readdir(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [] as string[];
    throw writingError(error, out);
  });
  if (names.includes(mark)) return true;
  const stranger = names.find((name) => !name.startsWith('.') && !name.startsWith(LOCK));
  if (stranger === undefined) return false;
  throw new UserError(`${out} is no ${what}: it holds ${stranger}. Choose a new or an empty folder (--out).`);
}

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suggestion, UserError } from '@winnow/arithmetic';
import { isRun, isSupermaskRun, listRuns } from '@winnow/lab';
import { runsFolder } from '../options/run-name.js';
import { shownPath } from '../view/path.js';

/**
 * The run folder that a word on the command line means: a path, or a name in `runs/`; without a word the run that was
 * worked on last.
 * @throws UserError if there is none, with the nearest name
 */
export async function chooseRun(word: string | undefined): Promise<string> {
  if (word === undefined) return latestRun();
  for (const path of [word, join(runsFolder, word)]) if (await isRun(path)) return path;
  const names = (await listRuns(runsFolder)).map(({ path }) => shownPath(path, runsFolder));
  throw new UserError(`There is no run ${word}.${suggestion(word, names)} \`winnow list\` shows those that there are.`);
}

async function latestRun(): Promise<string> {
  const runs = await listRuns(runsFolder);
  if (runs.length === 0)
    throw new UserError(`There is no run in ${runsFolder}/. Name one, or make one with \`winnow find\`.`);
  const latest = runs.reduce((a, b) => (b.changed > a.changed ? b : a));
  return shownPath(latest.path);
}

/**
 * The folder of supermasks that a word means: a path, or a name in `runs/`; without a word the latest.
 * @throws UserError if there is none
 */
export async function chooseSupermask(word: string | undefined): Promise<string> {
  if (word !== undefined) {
    for (const path of [word, join(runsFolder, word)]) if (await isSupermaskRun(path)) return path;
    throw new UserError(`${word} is no folder of supermasks. Make one with \`winnow supermask\`.`);
  }
  let latest: { readonly path: string; readonly changed: number } | null = null;
  for (const name of await readdir(runsFolder).catch(() => [] as string[])) {
    const path = join(runsFolder, name);
    if (!(await isSupermaskRun(path))) continue;
    const changed = (await stat(path)).mtimeMs;
    if (latest === null || changed > latest.changed) latest = { path, changed };
  }
  if (latest === null)
    throw new UserError(`There are no supermasks in ${runsFolder}/. Make some with \`winnow supermask\`.`);
  return latest.path;
}

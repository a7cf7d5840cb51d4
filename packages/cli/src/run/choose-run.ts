import { join } from 'node:path';
import { suggestion, UserError } from '@winnow/arithmetic';
import { listRuns, type RunKind, runKind } from '@winnow/lab';
import { runsFolder } from '../options/run-name.js';
import { shownPath } from '../view/path.js';

/**
 * The run folder of a search that a word on the command line means: a path, or a name in `runs/`; without a word the one that was
 * worked on last.
 * @throws UserError if there is none, with the nearest name, or if it is a folder of another kind
 */
export async function chooseRun(word: string | undefined): Promise<string> {
  if (word === undefined) return latestRun(['search']);
  const path = await folderOf(word, ['search']);
  if (path !== null) return path;
  for (const kind of otherKinds) {
    if ((await folderOf(word, [kind])) === null) continue;
    throw new UserError(`${word} holds ${held[kind]}, not the levels of a search. \`winnow show\` shows what it has.`);
  }
  return unknown(word);
}

const otherKinds = ['supermask', 'connect', 'shrink'] as const;
const held = {
  supermask: 'supermasks',
  connect: 'connections',
  shrink: 'tickets of a search for the smallest',
} as const;
const allKinds: readonly RunKind[] = ['search', ...otherKinds];

/**
 * The same for a run of any kind.
 * @throws UserError if there is none, with the nearest name
 */
export async function chooseAnyRun(word: string | undefined): Promise<string> {
  if (word === undefined) return latestRun(allKinds);
  return (await folderOf(word, allKinds)) ?? unknown(word);
}

/**
 * The folder of supermasks that a word means: a path, or a name in `runs/`; without a word the latest.
 * @throws UserError if there is none
 */
export async function chooseSupermask(word: string | undefined): Promise<string> {
  if (word === undefined)
    return latestRun(['supermask'], `There are no supermasks in ${runsFolder}/. Make some with \`winnow supermask\`.`);
  const path = await folderOf(word, ['supermask']);
  if (path !== null) return path;
  throw new UserError(`${word} is no folder of supermasks. Make one with \`winnow supermask\`.`);
}

async function folderOf(word: string, kinds: readonly RunKind[]): Promise<string | null> {
  for (const path of [word, join(runsFolder, word)]) {
    const kind = await runKind(path);
    if (kind !== null && kinds.includes(kind)) return path;
  }
  return null;
}

const noRun = `There is no run in ${runsFolder}/. Name one, or make one with \`winnow find\`.`;

async function latestRun(kinds: readonly RunKind[], none = noRun): Promise<string> {
  const runs = (await listRuns(runsFolder)).filter(({ kind }) => kinds.includes(kind));
  if (runs.length === 0) throw new UserError(none);
  return shownPath(runs.reduce((a, b) => (b.changed > a.changed ? b : a)).path);
}

async function unknown(word: string): Promise<never> {
  const names = (await listRuns(runsFolder)).map(({ path }) => shownPath(path, runsFolder));
  throw new UserError(`There is no run ${word}.${suggestion(word, names)} \`winnow list\` shows those that there are.`);
}

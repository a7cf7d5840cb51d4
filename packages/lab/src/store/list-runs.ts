import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { connectListing, isConnectRun } from '../connect/connect-folder.js';
import { planCells } from '../plan/cells.js';
import { isShrinkRun, shrinkListing } from '../shrink/shrink-folder.js';
import { isSupermaskRun } from '../supermask/read-supermask.js';
import { readSupermaskRun } from '../supermask/read-supermask-run.js';
import { systemCode } from './file-errors.js';
import { cellsFolder } from './folder-store.js';
import { takeLock } from './lock.js';
import { changedAt } from './look.js';
import { readRunFile } from './run-file.js';
import { LOCK } from './run-folder.js';
import type { RunKind, RunListing } from './run-listing.js';

/** Whether a folder is a run of `winnow find` or `train`. @throws UserError if its `experiment.json` is damaged */
export async function isRun(path: string): Promise<boolean> {
  return (await readRunFile(path)) !== null;
}

/** The runs in a folder, by name, of every kind. A folder that is not there has none. */
export async function listRuns(folder: string): Promise<readonly RunListing[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new UserError(`${folder} cannot be listed: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const listings = await Promise.all(names.sort().map((name) => listingOf(join(folder, name))));
  return listings.filter((listing) => listing !== null);
}

/** Every kind of folder, and how it is listed: what a word may mean, and what `winnow clean` may delete. */
const kinds: readonly {
  readonly kind: RunKind;
  readonly is: (path: string) => Promise<boolean>;
  readonly listing: (path: string) => Promise<RunListing | null>;
}[] = [
  { kind: 'search', is: isRun, listing: searchListing },
  { kind: 'supermask', is: isSupermaskRun, listing: supermaskListing },
  { kind: 'connect', is: isConnectRun, listing: connectListing },
  { kind: 'shrink', is: isShrinkRun, listing: shrinkListing },
];

async function kindAt(path: string) {
  for (const kind of kinds) if (await kind.is(path)) return kind;
  return null;
}

/** What kind of run a folder is; null if it is none. @throws UserError if the `experiment.json` of a search is damaged */
export async function runKind(path: string): Promise<RunKind | null> {
  return (await kindAt(path))?.kind ?? null;
}

const listingOf = async (path: string): Promise<RunListing | null> => (await kindAt(path))?.listing(path) ?? null;

async function searchListing(path: string): Promise<RunListing | null> {
  const file = await readRunFile(path);
  if (file === null) return null;
  const { network, levels, trials, seed } = file.experiment;
  const cells = planCells(file.experiment, file.data);
  const times = await Promise.all(cells.map(({ name }) => changedAt(join(cellsFolder(path), name, 'manifest.json'))));
  const finished = times.filter((time) => time !== null);
  const started = await changedAt(join(path, 'experiment.json'));
  const changed = [started, ...finished].reduce((a, b) => Math.max(a ?? 0, b ?? 0), 0);
  return {
    kind: 'search',
    path: resolve(path),
    network: network.name,
    data: file.data.name,
    levels,
    trials,
    seed,
    finished: finished.length,
    planned: cells.length,
    changed: new Date(changed ?? 0),
  };
}

async function supermaskListing(path: string): Promise<RunListing> {
  const { network, data, planned, seed, trials, changed, ...run } = await readSupermaskRun(path);
  const counts = { levels: null, trials: planned, seed, finished: trials.length, planned };
  return { kind: 'supermask', path: run.path, network, data: data.name, ...counts, changed };
}

/**
 * Deletes a run and all that is in its folder.
 * @throws UserError if the folder is no run; RunError if a living process works on it
 */
export async function deleteRun(path: string): Promise<void> {
  if ((await runKind(path)) === null) throw new UserError(`${path} is no run folder.`);
  const lock = await takeLock(join(path, LOCK));
  try {
    await rm(path, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import type { Experiment } from '../experiment/experiment.js';
import { planCells } from '../plan/cells.js';
import { systemCode } from './file-errors.js';
import { cellsFolder } from './folder-store.js';
import { takeLock } from './lock.js';
import { readRunFile } from './run-file.js';
import { LOCK } from './run-folder.js';

/** A run in a list. */
export interface RunListing {
  readonly path: string;
  readonly experiment: Experiment;
  /** Name of its data set. */
  readonly data: string;
  /** How many of its cells are there; their checksums are not looked at. */
  readonly finished: number;
  readonly planned: number;
  /** When it was last worked on. */
  readonly changed: Date;
}

/** Whether a folder is a run. @throws UserError if its `experiment.json` is damaged */
export async function isRun(path: string): Promise<boolean> {
  return (await readRunFile(path)) !== null;
}

/** The runs in a folder, by name. A folder that is not there has none. */
export async function listRuns(folder: string): Promise<readonly RunListing[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new UserError(`${folder} cannot be listed: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const listings = await Promise.all(names.sort().map((name) => listingOf(join(folder, name))));
  return listings.filter((listing) => listing !== null);
}

async function listingOf(path: string): Promise<RunListing | null> {
  const file = await readRunFile(path);
  if (file === null) return null;
  const cells = planCells(file.experiment, file.data);
  const times = await Promise.all(cells.map(({ name }) => changedAt(join(cellsFolder(path), name, 'manifest.json'))));
  const finished = times.filter((time) => time !== null);
  const started = await changedAt(join(path, 'experiment.json'));
  const changed = [started, ...finished].reduce((a, b) => Math.max(a ?? 0, b ?? 0), 0);
  return {
    path: resolve(path),
    experiment: file.experiment,
    data: file.data.name,
    finished: finished.length,
    planned: cells.length,
    changed: new Date(changed ?? 0),
  };
}

const changedAt = async (path: string): Promise<number | null> => (await stat(path).catch(() => null))?.mtimeMs ?? null;

/**
 * Deletes a run and all that is in its folder.
 * @throws UserError if the folder is no run; RunError if a living process works on it
 */
export async function deleteRun(path: string): Promise<void> {
  if (!(await isRun(path))) throw new UserError(`${path} is no run folder: it has no experiment.json.`);
  const lock = await takeLock(join(path, LOCK));
  try {
    await rm(path, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

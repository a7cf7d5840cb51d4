import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import type { Masks, Network, Parameters, SavedRun } from '@winnow/engine';
import { writeParameters } from '@winnow/formats';
import { canonicalJson, type Json } from '../cells/canonical.js';
import { readCheckpoint, writeCheckpoint } from '../store/checkpoint-file.js';
import { writingError } from '../store/file-errors.js';
import { makeFolder, removeTemporaries, replaceFile, replaceFolder } from '../store/files.js';
import { takeLock } from '../store/lock.js';
import { hasMark } from '../store/own-folder.js';
import { LOCK } from '../store/run-folder.js';
import type { JudgedStore } from './judged-masks.js';
import { trialHash } from './supermask-experiment.js';
import type { SupermaskTrial } from './supermask-result.js';

type Settings = { readonly [key: string]: Json };

/** The file that makes a folder a search for supermasks. */
export const SUPERMASK_FILE = 'supermask.json';
const FORMAT = 'winnow supermask 1';

/** What `supermask.json` says beside the settings that decide bits. */
export interface SupermaskAbout {
  /** What the data is called where it is asked for. */
  readonly source: string;
  /** Name of the network. */
  readonly network: string;
  readonly trials: number;
  /** The one line that repeats the search. */
  readonly command: string;
}

/**
 * The folder of a search: `supermask.json`, and for each trial `trial-N/{result.json, supermask.safetensors}`; while it is unfinished
 * `trial-N.checkpoint.safetensors`, or `trial-N.judged.json` with the accuracies of heuristic masks.
 */
export interface SupermaskFolder extends JudgedStore {
  readonly path: string;
  /** A finished trial; null if there is none. */
  find(trial: number): Promise<SupermaskTrial | null>;
  put(found: { readonly trial: SupermaskTrial; readonly masks: Masks; readonly parameters: Parameters }): Promise<void>;
  checkpoint(trial: number): Promise<SavedRun | null>;
  putCheckpoint(trial: number, saved: SavedRun): Promise<void>;
  /** Writes a file, maybe in a folder of its own: `figures/a.svg`. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or makes the folder of a search, and locks it.
 * @param about for those who read the folder; decides nothing
 * @throws UserError if it holds something else or cannot be written; RunError if a living process has it, or the disk is full
 */
export async function openSupermaskFolder(
  out: string,
  network: Network,
  settings: Settings,
  about: SupermaskAbout,
): Promise<SupermaskFolder> {
  const path = resolve(out);
  const writing = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw writingError(error, out);
    });
  await requireOurs(path, out, settings);
  await writing(makeFolder(path));
  const lock = await writing(takeLock(join(path, LOCK)));
  const text = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const checkpointOf = (trial: number) => join(path, `trial-${trial}.checkpoint.safetensors`);
  const judgedOf = (trial: number) => join(path, `trial-${trial}.judged.json`);
  const folderOf = (trial: number) => join(path, `trial-${trial}`);
  try {
    await removeTemporaries(path);
    await writing(replaceFile(join(path, SUPERMASK_FILE), text({ format: FORMAT, ...about, settings })));
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    path,
    find: (trial) => readTrial(path, settings, trial),
    async put({ trial, masks, parameters }) {
      const files = new Map([
        ['result.json', text({ hash: trialHash(settings, trial.trial), result: trial })],
        ['supermask.safetensors', writeParameters(network, masks, parameters)],
      ]);
      await writing(replaceFolder(folderOf(trial.trial), files));
      await rm(checkpointOf(trial.trial), { force: true });
      await rm(judgedOf(trial.trial), { force: true });
    },
    async checkpoint(trial) {
      const bytes = await readFile(checkpointOf(trial)).catch(() => null);
      return bytes && readCheckpoint(bytes, trialHash(settings, trial), checkpointOf(trial));
    },
    async judged(trial) {
      const text = await readFile(judgedOf(trial), 'utf8').catch(() => '');
      const parsed = parse(text);
      const isOurs = parsed?.hash === trialHash(settings, trial);
      return new Map(isOurs ? Object.entries(parsed.accuracies as Readonly<Record<string, number>>) : []);
    },
    putJudged: (trial, judged) =>
      writing(
        replaceFile(
          judgedOf(trial),
          text({ hash: trialHash(settings, trial), accuracies: Object.fromEntries(judged) }),
        ),
      ),
    putCheckpoint: (trial, saved) =>
      writing(replaceFile(checkpointOf(trial), writeCheckpoint(saved, trialHash(settings, trial)))),
    write: (name, content) =>
      writing(
        makeFolder(dirname(join(path, name))).then(() =>
          replaceFile(join(path, name), typeof content === 'string' ? new TextEncoder().encode(content) : content),
        ),
      ),
    close: () => lock.release(),
  };
}

/** The finished trials of a search, the first first; those of other settings are none of it. Nothing is locked or changed. */
export async function readTrials(out: string, settings: Settings, trials: number): Promise<readonly SupermaskTrial[]> {
  const found: SupermaskTrial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const result = await readTrial(resolve(out), settings, trial);
    if (result !== null) found.push(result);
  }
  return found;
}

async function readTrial(path: string, settings: Settings, trial: number): Promise<SupermaskTrial | null> {
  const text = await readFile(join(path, `trial-${trial}`, 'result.json'), 'utf8').catch(() => null);
  const parsed = text === null ? undefined : parse(text);
  return parsed?.hash === trialHash(settings, trial) ? (parsed.result as unknown as SupermaskTrial) : null;
}

/** A search is never put among other files, nor into the folder of another one. */
async function requireOurs(path: string, out: string, settings: Settings): Promise<void> {
  if (!(await hasMark(path, SUPERMASK_FILE, 'folder of supermasks', out))) return;
  const found = parse(await readFile(join(path, SUPERMASK_FILE), 'utf8'));
  if (found?.format !== FORMAT || typeof found.settings !== 'object' || found.settings === null) {
    throw new UserError(`${join(out, SUPERMASK_FILE)} is damaged. Delete it to start anew; finished trials are kept.`);
  }
  const before = found.settings as Settings;
  for (const name of new Set([...Object.keys(before), ...Object.keys(settings)])) {
    const [then, now] = [before[name], settings[name]].map((value) =>
      value === undefined ? 'not set' : canonicalJson(value),
    );
    if (then === now) continue;
    throw new UserError(
      `${out} holds another search: ${name} is ${then} there and ${now} here. Choose another folder (--out).`,
    );
  }
}

function parse(text: string): Readonly<Record<string, Json>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, Json>>;
  } catch {
    return undefined;
  }
}

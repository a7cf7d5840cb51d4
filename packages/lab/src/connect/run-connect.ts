import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { type BackendChoice, loadBackend } from '@winnow/engine';
import { cellHash } from '../cells/name.js';
import { cellSettings } from '../cells/settings.js';
import type { Experiment } from '../experiment/experiment.js';
import { prepareExperiment } from '../plan/prepare.js';
import { writingError } from '../store/file-errors.js';
import { makeFolder, removeTemporaries, replaceFile } from '../store/files.js';
import { takeLock } from '../store/lock.js';
import { hasMark } from '../store/own-folder.js';
import { LOCK } from '../store/run-folder.js';
import { type Connection, type ConnectSummary, connectReport } from './connectivity.js';
import { connectFigure } from './figure.js';
import { connection, type Ground, requireConnectable, trunk } from './measure.js';

export interface ConnectOptions {
  readonly out: string;
  /** Iterations, ascending. */
  readonly from: readonly number[];
  readonly choice?: BackendChoice;
  readonly signal?: AbortSignal;
  readonly onConnection?: (found: Connection, reused: boolean) => void;
}

/** The file that makes a folder one of connections. */
const FILE = 'connect.json';
const FORMAT = 'winnow connect 1';

/**
 * Measures linear mode connectivity of the dense network (Frankle et al. 2020) in a folder, where each finished connection is kept under the hash
 * of what decides it and not measured again.
 *
 * @throws UserError if the folder holds something else, the network has batch norms, or an iteration is not before the last
 */
export async function runConnect(experiment: Experiment, options: ConnectOptions): Promise<ConnectSummary> {
  const { from, onConnection = () => {}, signal } = options;
  const { network, recipe, seed } = experiment;
  requireConnectable(experiment);
  const late = from.find((iteration) => iteration >= recipe.iterations);
  if (late !== undefined) {
    throw new UserError(`--from ${late} is not before the last iteration, ${recipe.iterations}.`);
  }
  const path = resolve(options.out);
  await hasMark(path, FILE, 'folder of connections', options.out);
  const backend = await loadBackend(options.choice);
  const { data, description, search } = await prepareExperiment(experiment);
  const ground: Ground = { experiment, backend, data, trial: 0, signal };
  const settings = cellSettings(search, description, { kind: 'dense', level: 0, trial: 0, replicate: 0 });
  const hashOf = (iteration: number) => cellHash({ ...settings, connect: iteration });
  const writing = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw writingError(error, options.out);
    });
  const write = (name: string, text: string) => writing(replaceFile(join(path, name), new TextEncoder().encode(text)));
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

  await writing(makeFolder(path));
  const lock = await writing(takeLock(join(path, LOCK)));
  try {
    await removeTemporaries(path);
    await write(FILE, json({ format: FORMAT, settings }));
    const finished = new Map<number, Connection>();
    for (const iteration of from) {
      const found = await readConnection(join(path, fileOf(iteration)), hashOf(iteration));
      if (found !== null) finished.set(iteration, found);
    }
    const missing = from.filter((iteration) => !finished.has(iteration));
    const starts = await trunk(ground, missing);
    for (const iteration of from) {
      const known = finished.get(iteration);
      const found = known ?? (await connection(ground, iteration, starts.get(iteration)!));
      if (known === undefined) await write(fileOf(iteration), json({ hash: hashOf(iteration), connection: found }));
      finished.set(iteration, found);
      onConnection(found, known !== undefined);
      signal?.throwIfAborted();
    }
    const summary: ConnectSummary = {
      run: path,
      network: network.name,
      data: description.name,
      seed,
      iterations: recipe.iterations,
      connections: from.map((iteration) => finished.get(iteration)!),
    };
    await write('results.json', json(summary));
    await write('connect.svg', connectFigure(summary, 'wide'));
    await write('report.md', connectReport(summary));
    return summary;
  } finally {
    await lock.release();
  }
}

const fileOf = (iteration: number): string => `from-${iteration}.json`;

async function readConnection(path: string, hash: string): Promise<Connection | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const found = JSON.parse(text) as { readonly hash?: unknown; readonly connection?: Connection };
    return found.hash === hash && found.connection !== undefined ? found.connection : null;
  } catch {
    return null;
  }
}

import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { type BackendChoice, fullMasks, loadBackend, type Masks, survivors, weightCount } from '@winnow/engine';
import { cellHash } from '../cells/name.js';
import { cellSettings } from '../cells/settings.js';
import type { Experiment } from '../experiment/experiment.js';
import { prepareExperiment } from '../plan/prepare.js';
import { writingError } from '../store/file-errors.js';
import { makeFolder, removeTemporaries, replaceFile } from '../store/files.js';
import { takeLock } from '../store/lock.js';
import { hasMark } from '../store/own-folder.js';
import { LOCK } from '../store/run-folder.js';
import { CONNECT_FILE, connectFile, connectionFile, readConnection } from './connect-folder.js';
import { type Connection, type ConnectSummary, connectReport } from './connectivity.js';
import { connectFigure } from './figure.js';
import { type ConnectProgress, connection, type Ground, trunk } from './measure.js';

/** A ticket under whose mask both trainings stand. */
export interface ConnectedTicket {
  readonly masks: Masks;
  /** Of its cell: what its connections depend on. */
  readonly hash: string;
}

export interface ConnectOptions {
  readonly out: string;
  /** The ticket of a trial, in place of the whole network. */
  readonly ticketOf?: (trial: number) => Promise<ConnectedTicket>;
  /** Iterations, ascending. */
  readonly from: readonly number[];
  readonly choice?: BackendChoice;
  readonly signal?: AbortSignal;
  readonly onConnection?: (found: Connection, reused: boolean) => void;
  /** Told about once a second how far a training is. */
  readonly onProgress?: (progress: ConnectProgress) => void;
}

/**
 * Measures linear mode connectivity (Frankle et al. 2020) of the dense network or of a ticket, in every trial of the experiment, in a folder:
 * each finished connection is kept there under the hash of what decides it and not measured again.
 *
 * @throws UserError if the folder holds something else, or an iteration is not before the last
 */
export async function runConnect(experiment: Experiment, options: ConnectOptions): Promise<ConnectSummary> {
  const { from, onConnection = () => {}, onProgress, signal } = options;
  const { network, recipe, seed, trials } = experiment;
  const late = from.find((iteration) => iteration >= recipe.iterations);
  if (late !== undefined) {
    throw new UserError(`--from ${late} is not before the last iteration, ${recipe.iterations}.`);
  }
  const path = resolve(options.out);
  await hasMark(path, CONNECT_FILE, 'folder of connections', options.out);
  const backend = await loadBackend(options.choice);
  const { data, description, search } = await prepareExperiment(experiment);
  const groundOf = async (trial: number): Promise<Place> => {
    const ticket = await options.ticketOf?.(trial);
    const settings = cellSettings(search, description, { kind: 'dense', level: 0, trial, replicate: 0 });
    const decides = { ...settings, ...(ticket && { ticket: ticket.hash }) };
    const masks = ticket?.masks ?? fullMasks(network);
    const ground = { experiment, backend, data, trial, signal, onProgress, masks };
    return { ground, settings: decides, hashOf: (iteration) => cellHash({ ...decides, connect: iteration }) };
  };
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
    const places = await Promise.all(Array.from({ length: trials }, (_, trial) => groundOf(trial)));
    const about = { network: network.name, data: description.name, seed, trials, from: [...from] };
    await write(CONNECT_FILE, connectFile(about, places[0].settings));
    const connections: Connection[] = [];
    for (const { ground, hashOf } of places) {
      const { trial } = ground;
      const known = new Map<number, Connection>();
      for (const iteration of from) {
        const found = await readConnection(join(path, connectionFile(iteration, trial)), hashOf(iteration));
        if (found !== null) known.set(iteration, found);
      }
      const starts = await trunk(
        ground,
        from.filter((iteration) => !known.has(iteration)),
      );
      for (const iteration of from) {
        const finished = known.get(iteration);
        const found = finished ?? (await connection(ground, iteration, starts.get(iteration)!));
        if (finished === undefined)
          await write(connectionFile(iteration, trial), json({ hash: hashOf(iteration), connection: found }));
        connections.push(found);
        onConnection(found, finished !== undefined);
        signal?.throwIfAborted();
      }
    }
    const summary: ConnectSummary = {
      run: path,
      network: network.name,
      data: description.name,
      seed,
      iterations: recipe.iterations,
      density: survivors(places[0].ground.masks) / weightCount(network),
      trials,
      connections: from.flatMap((iteration) => connections.filter((found) => found.from === iteration)),
    };
    await write('results.json', json(summary));
    await write('connect.svg', connectFigure(summary, 'wide'));
    await write('report.md', connectReport(summary));
    return summary;
  } finally {
    await lock.release();
  }
}

/** What one trial is measured with. */
interface Place {
  readonly ground: Ground;
  readonly settings: ReturnType<typeof cellSettings>;
  readonly hashOf: (iteration: number) => string;
}

import { join, resolve } from 'node:path';
import * as z from 'zod';
import type { Json } from '../cells/canonical.js';
import { changedAt, isThere, readJson } from '../store/look.js';
import type { RunListing } from '../store/run-listing.js';
import type { Connection, ConnectSummary } from './connectivity.js';

/** The file that makes a folder one of connections. */
export const CONNECT_FILE = 'connect.json';
const FORMAT = 'winnow connect 1';

/** What `connect.json` says for those who read the folder. Only each connection's own hash decides whether it is used again. */
const schema = z.object({
  network: z.string(),
  data: z.string(),
  seed: z.int(),
  trials: z.int(),
  from: z.array(z.int()),
});

/** `connect.json` of a folder, as text. */
export function connectFile(about: z.infer<typeof schema>, settings: Json): string {
  return `${JSON.stringify({ format: FORMAT, ...about, settings }, null, 2)}\n`;
}

/** Where a connection is. */
export const connectionFile = (iteration: number, trial: number): string => `from-${iteration}-trial-${trial}.json`;

/** A finished connection of the same settings; null if there is none. */
export async function readConnection(path: string, hash: string): Promise<Connection | null> {
  const found = (await readJson(path)) as { readonly hash?: unknown; readonly connection?: Connection } | undefined;
  return found?.hash === hash ? (found.connection ?? null) : null;
}

/** Whether a folder is one of connections. */
export const isConnectRun = (path: string): Promise<boolean> => isThere(join(path, CONNECT_FILE));

/** A folder of connections in a list. */
export async function connectListing(path: string): Promise<RunListing> {
  const { network, data, seed, trials, from } = await about(path);
  const files = from.flatMap((iteration) => Array.from({ length: trials }, (_, t) => connectionFile(iteration, t)));
  const times = await Promise.all(files.map((file) => changedAt(join(path, file))));
  const finished = times.filter((time) => time !== null);
  const changed = new Date(Math.max((await changedAt(join(path, CONNECT_FILE))) ?? 0, ...finished));
  const counts = { finished: finished.length, planned: files.length };
  return { kind: 'connect', path: resolve(path), network, data, levels: null, trials, seed, ...counts, changed };
}

/** What was found; null while it is not finished. */
export async function readConnectSummary(path: string): Promise<ConnectSummary | null> {
  const { finished, planned } = await connectListing(path);
  return finished === planned ? await resultsIn(path) : null;
}

/** Folders of an earlier version say it in their results alone, and nothing while they are not finished. */
async function about(path: string): Promise<z.infer<typeof schema>> {
  const said = schema.safeParse(await readJson(join(path, CONNECT_FILE)));
  if (said.success) return said.data;
  const results = await resultsIn(path);
  if (results === null) return { network: 'unnamed', data: 'unnamed', seed: 0, trials: 0, from: [] };
  return { ...results, from: [...new Set(results.connections.map(({ from }) => from))] };
}

const resultsIn = async (path: string): Promise<ConnectSummary | null> =>
  ((await readJson(join(path, 'results.json'))) as ConnectSummary | undefined) ?? null;

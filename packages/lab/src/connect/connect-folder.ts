import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import * as z from 'zod';
import type { Json } from '../cells/canonical.js';
import type { RunListing } from '../store/run-listing.js';
import type { Connection, ConnectSummary } from './connectivity.js';

/** The file that makes a folder one of connections. */
export const CONNECT_FILE = 'connect.json';
const FORMAT = 'winnow connect 2';

/** What `connect.json` says. Only each connection's own hash decides whether it is used again. */
const schema = z.object({
  format: z.literal(FORMAT),
  network: z.string(),
  data: z.string(),
  seed: z.int(),
  trials: z.int(),
  from: z.array(z.int()),
  settings: z.custom<Json>(),
});

/** `connect.json` of a folder, as text. */
export function connectFile(about: Omit<z.infer<typeof schema>, 'format'>): string {
  return `${JSON.stringify({ format: FORMAT, ...about }, null, 2)}\n`;
}

/** Where a connection is. */
export const connectionFile = (iteration: number, trial: number): string => `from-${iteration}-trial-${trial}.json`;

/** A finished connection of the same settings; null if there is none. */
export async function readConnection(path: string, hash: string): Promise<Connection | null> {
  const found = (await jsonOf(path)) as { readonly hash?: unknown; readonly connection?: Connection } | undefined;
  return found?.hash === hash ? (found.connection ?? null) : null;
}

/** Whether a folder is one of connections. */
export async function isConnectRun(path: string): Promise<boolean> {
  return (await readdir(path).catch((): string[] => [])).includes(CONNECT_FILE);
}

/** A folder of connections in a list. @throws UserError if its `connect.json` is damaged, or of another version */
export async function connectListing(path: string): Promise<RunListing> {
  const parsed = schema.safeParse(await jsonOf(join(path, CONNECT_FILE)));
  if (!parsed.success) {
    throw new UserError(
      `${join(path, CONNECT_FILE)} is damaged or of another version. Delete it and connect again; what is finished is kept.`,
    );
  }
  const { network, data, seed, trials, from } = parsed.data;
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
  return finished === planned
    ? (((await jsonOf(join(path, 'results.json'))) as ConnectSummary | undefined) ?? null)
    : null;
}

const changedAt = async (path: string): Promise<number | null> => (await stat(path).catch(() => null))?.mtimeMs ?? null;

async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

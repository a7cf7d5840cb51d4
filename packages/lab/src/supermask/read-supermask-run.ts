import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import * as z from 'zod';
import type { Json } from '../cells/canonical.js';
import { changedAt, readJson } from '../store/look.js';
import { SUPERMASK_FILE } from './folder.js';
import { supermaskKinds, trialHash } from './supermask-experiment.js';
import { type SupermaskSummary, type SupermaskTrial, summariseSupermask } from './supermask-result.js';

/** A search for supermasks as its folder holds it, finished or not. */
export interface StoredSupermaskRun {
  readonly path: string;
  readonly kind: SupermaskSummary['kind'];
  /** Name of its network. */
  readonly network: string;
  readonly data: { readonly name: string; readonly digest: string };
  readonly seed: number;
  /** How many trials it was last run for. */
  readonly planned: number;
  /** The one line that repeats it; null if it was made without one. */
  readonly command: string | null;
  /** Those that are finished. */
  readonly trials: readonly SupermaskTrial[];
  /** As `--json` prints it; null while no trial is finished. */
  readonly summary: SupermaskSummary | null;
  /** When it was last worked on. */
  readonly changed: Date;
}

const schema = z.object({
  network: z.string().optional(),
  trials: z.int().optional(),
  command: z.string().optional(),
  settings: z.looseObject({
    kind: z.enum(supermaskKinds),
    data: z.looseObject({ name: z.string(), digest: z.string() }),
    seed: z.int(),
  }),
});

/**
 * Reads the folder of a search for supermasks. Nothing is locked or changed.
 * @throws UserError if it is none, or its `supermask.json` is damaged
 */
export async function readSupermaskRun(path: string): Promise<StoredSupermaskRun> {
  const folder = resolve(path);
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(SUPERMASK_FILE))
    throw new UserError(`${path} is no folder of supermasks: it has no ${SUPERMASK_FILE}.`);
  const parsed = schema.safeParse(await readJson(join(folder, SUPERMASK_FILE)));
  if (!parsed.success) {
    throw new UserError(
      `${join(path, SUPERMASK_FILE)} is damaged. Run the search again to mend it; finished trials are kept.`,
    );
  }
  const { settings, network, trials: planned, command } = parsed.data;
  const trials: SupermaskTrial[] = [];
  const times = [(await changedAt(join(folder, SUPERMASK_FILE))) ?? 0];
  for (const name of names.filter((one) => /^trial-\d+$/.test(one))) {
    const file = join(folder, name, 'result.json');
    const found = (await readJson(file)) as { readonly hash?: string; readonly result?: SupermaskTrial } | undefined;
    if (found?.result === undefined) continue;
    if (found.hash !== trialHash(settings as { readonly [key: string]: Json }, found.result.trial)) continue;
    trials.push(found.result);
    times.push((await changedAt(file)) ?? 0);
  }
  trials.sort((a, b) => a.trial - b.trial);
  const { kind, data, seed } = settings;
  const of = { run: folder, kind, network: network ?? (await networkIn(folder)), data: data.name, seed };
  return {
    path: folder,
    kind,
    network: of.network,
    data: { name: data.name, digest: data.digest },
    seed,
    planned: Math.max(planned ?? 0, trials.length),
    command: command ?? null,
    trials,
    summary: trials.length === 0 ? null : summariseSupermask(of, trials),
    changed: new Date(Math.max(...times)),
  };
}

/** Folders of an earlier version name their network in the results alone. */
async function networkIn(folder: string): Promise<string> {
  const results = (await readJson(join(folder, 'results.json'))) as { readonly network?: string } | undefined;
  return results?.network ?? 'unnamed';
}

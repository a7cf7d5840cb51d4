import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import * as z from 'zod';
import { canonicalJson } from '../cells/canonical.js';
import { criterionTitle } from '../criteria/criterion-source.js';
import type { Experiment } from '../experiment/experiment.js';
import { inputOf } from '../experiment/input-of.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import type { DataDescription } from '../plan/prepare.js';
import { systemCode } from './file-errors.js';

/** The file that makes a folder a run. */
export const RUN_FILE = 'experiment.json';

/** What a run's folder says of the whole run. */
export interface RunFile {
  readonly experiment: Experiment;
  readonly data: DataDescription;
}

const FORMAT = 'winnow run 1';

const runFileSchema = z.object({
  format: z.literal(FORMAT),
  experiment: z.custom<Parameters<typeof normaliseExperiment>[0]>((value) => typeof value === 'object'),
  data: z.object({
    name: z.string(),
    digest: z.string(),
    scale: z.number(),
    channels: z
      .array(z.object({ factor: z.number(), shift: z.number() }).readonly())
      .readonly()
      .optional(),
    shape: z.tuple([z.int(), z.int(), z.int()]),
    split: z.object({ validation: z.int(), stratified: z.boolean() }),
  }),
});

export function writeRunFile({ experiment, data }: RunFile): Uint8Array {
  const text = JSON.stringify({ format: FORMAT, experiment: inputOf(experiment), data }, null, 2);
  return new TextEncoder().encode(`${text}\n`);
}

/**
 * Reads the run file of a folder; null if there is none.
 * @throws UserError if it is damaged
 */
export async function readRunFile(run: string): Promise<RunFile | null> {
  const path = join(run, RUN_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  });
  if (text === null) return null;
  const parsed = runFileSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new UserError(`${path} is damaged. Delete it to start the run anew; its cells are kept.`);
  return { experiment: normaliseExperiment(parsed.data.experiment, path), data: parsed.data.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Settings that only decide which cells a run has, not what is in them: a run may be continued with others. */
const extendable = ['schedule', 'controls', 'controlLevels', 'trials', 'pruning.rounds'];

/**
 * The first setting in which another experiment than the folder's would be run; null if it continues the same one, maybe
 * with more levels, trials or controls.
 */
export function differenceFrom(found: RunFile, asked: RunFile): string | null {
  const before = flat(compared(found));
  const now = flat(compared(asked));
  for (const setting of new Set([...before.keys(), ...now.keys()])) {
    if (extendable.some((free) => setting === free || setting.startsWith(`${free}.`))) continue;
    if (before.get(setting) === now.get(setting)) continue;
    return `${setting} is ${before.get(setting) ?? 'not set'} there and ${now.get(setting) ?? 'not set'} here`;
  }
  return null;
}

/** What is compared: data and a criterion of one's own by what they hold, wherever they lie. */
function compared({ experiment, data }: RunFile): Readonly<Record<string, unknown>> {
  const pruning = {
    ...experiment.pruning,
    criterion: criterionTitle(experiment.pruning.criterion),
    rounds: experiment.levels,
  };
  return { ...inputOf(experiment), pruning, data: data.digest };
}

/** Every setting by its path, as text; lists are one setting. */
function flat(value: Readonly<Record<string, unknown>>, path = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]): (readonly [string, string])[] =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? [...flat(inner as Readonly<Record<string, unknown>>, `${path}${key}.`)]
        : [[`${path}${key}`, canonicalJson(inner)]],
    ),
  );
}

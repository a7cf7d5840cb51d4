import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { type Initialisation, type Masks, maskFactor, type Network, type Parameters } from '@winnow/engine';
import { readParameters } from '@winnow/formats';
import * as z from 'zod';
import { isThere, readJson } from '../store/look.js';
import { SUPERMASK_FILE } from './folder.js';
import { frozenValues } from './supermask-experiment.js';
import { bestTrial, type SupermaskTrial } from './supermask-result.js';

/** A finished trial of a search for supermasks, as its folder holds it. */
export interface StoredSupermask {
  readonly network: Network;
  /** `source`: what it is called where it is asked for, as by `find --data`. */
  readonly data: { readonly source: string; readonly digest: string; readonly scale: number };
  readonly split: { readonly validation: number; readonly stratified: boolean };
  readonly seed: number;
  readonly initialisation: Initialisation;
  readonly trial: SupermaskTrial;
  readonly masks: Masks;
  /** Survivors as they are judged and shipped. Biases are 0. */
  readonly parameters: Parameters;
  /** What a survivor is: its start value, or the sign of it, times its layer's factor. */
  readonly constants: 'initial' | 'sign';
  readonly factors: readonly number[];
}

const settingsSchema = z.object({
  network: z.object({ inputs: z.int(), layers: z.custom<Network['layers']>((value) => Array.isArray(value)) }),
  data: z.object({ name: z.string(), digest: z.string(), scale: z.number() }),
  split: z.object({ validation: z.int(), stratified: z.boolean() }),
  seed: z.int(),
  values: z.enum(frozenValues),
  rescale: z.boolean().default(false),
  recipe: z.object({ initialisation: z.custom<Initialisation>((value) => typeof value === 'string') }),
});

/** Whether a folder is a search for supermasks. */
export const isSupermaskRun = (path: string): Promise<boolean> => isThere(join(path, SUPERMASK_FILE));

/**
 * Reads the trial of the best validation accuracy, or the one that is asked for.
 * @throws UserError if the folder is no search for supermasks, is damaged, or has no such finished trial
 */
export async function readSupermask(path: string, wanted?: number): Promise<StoredSupermask> {
  const file = join(path, SUPERMASK_FILE);
  const content = await contentOf(file);
  const settings = settingsSchema.safeParse(content?.settings);
  if (!settings.success)
    throw new UserError(`${path} is no folder of supermasks: ${SUPERMASK_FILE} is missing or damaged.`);
  const { network: shape, split, seed, values, rescale, recipe } = settings.data;
  const { name, digest, scale } = settings.data.data;
  const data = { source: typeof content?.source === 'string' ? content.source : name, digest, scale };
  const trials: SupermaskTrial[] = [];
  for (const entry of (await readdir(path)).filter((one) => /^trial-\d+$/.test(one))) {
    const result = (await contentOf(join(path, entry, 'result.json')))?.result as SupermaskTrial | undefined;
    if (result !== undefined) trials.push(result);
  }
  trials.sort((a, b) => a.trial - b.trial);
  const trial = wanted === undefined && trials.length > 0 ? bestTrial(trials) : trials.find((t) => t.trial === wanted);
  const summary = await contentOf(join(path, 'results.json'));
  if (trial === undefined || typeof summary?.network !== 'string')
    throw new UserError(
      `${path} has no finished ${wanted === undefined ? 'trial' : `trial ${wanted}`} yet. The command that made it goes on.`,
    );
  const last = shape.layers.at(-1);
  const classes = last?.kind === 'dense' ? last.outputs : 0;
  const network: Network = { name: summary.network, inputs: shape.inputs, classes, layers: shape.layers };
  const stored = join(path, `trial-${trial.trial}`, 'supermask.safetensors');
  const bytes = await readFile(stored).catch(() => {
    throw new UserError(`${stored} cannot be read.`);
  });
  const { masks, parameters } = readParameters(bytes, network, stored);
  const constants = values === 'initial' ? 'initial' : 'sign';
  const factors = parameters.map(({ weights }, l) =>
    constants === 'sign' ? Math.abs(weights.at(0) ?? 0) : maskFactor(masks[l], rescale),
  );
  const { initialisation } = recipe;
  return { network, data, split, seed, initialisation, trial, masks, parameters, constants, factors };
}

const contentOf = async (path: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await readJson(path)) as Readonly<Record<string, unknown>> | undefined;

import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { RunError, UserError } from '@winnow/arithmetic';
import type { Experiment } from './experiment.js';
import { normaliseExperiment } from './normalise.js';
import { type ExperimentInput, experimentSchema } from './schema.js';
import { settingError } from './setting-error.js';

/**
 * Reads an experiment from a TypeScript or JavaScript file that exports it as its default, as it is written there.
 * @throws UserError if the file is missing, cannot be run, or a setting in it is wrong
 */
export async function loadExperimentInput(path: string): Promise<ExperimentInput> {
  const absolute = resolve(path);
  await access(absolute).catch(() => {
    throw new UserError(`There is no file ${path}. Write an experiment in it, with defineExperiment.`);
  });
  const input = await defaultExport(absolute, path);
  if (input === undefined)
    throw new UserError(`${path} has no default export. Write \`export default defineExperiment(…)\`.`);
  const parsed = experimentSchema.safeParse(input);
  if (parsed.success) return input as ExperimentInput;
  throw settingError(parsed.error, input, basename(path));
}

/** The same, complete. @throws UserError as `loadExperimentInput` and `normaliseExperiment` */
export async function loadExperiment(path: string): Promise<Experiment> {
  return normaliseExperiment(await loadExperimentInput(path), basename(path));
}

async function defaultExport(absolute: string, path: string): Promise<unknown> {
  // Loaded here, so that whoever has no such file need not wait for it.
  const { createJiti } = await import('jiti');
  // Nothing is cached: a file that was changed is read again.
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: false, interopDefault: false });
  try {
    const module = await jiti.import<{ readonly default?: unknown }>(absolute);
    return module.default;
  } catch (error) {
    if (error instanceof UserError || error instanceof RunError) throw error;
    // jiti runs the file with its own copy of the classes, whose errors are known by their names.
    if (error instanceof Error && error.name === 'UserError') throw new UserError(error.message);
    throw new UserError(`${path} cannot be run: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

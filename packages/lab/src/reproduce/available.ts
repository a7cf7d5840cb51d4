import { join } from 'node:path';
import { normaliseExperiment } from '../experiment/normalise.js';
import { cellIds, planCells } from '../plan/cells.js';
import { type DataDescription, prepareExperiment } from '../plan/prepare.js';
import { isRun } from '../store/list-runs.js';
import { readRun, type StoredRun } from '../store/read-run.js';
import { readTrials } from '../supermask/folder.js';
import { normaliseSupermask, supermaskSettings } from '../supermask/supermask-experiment.js';
import type { Available, Needed, Scale } from './reproduction.js';

/** What is finished in a folder of reproductions, of exactly what is needed: trainings of another scale do not count. */
export function availableIn(out: string, scale: Scale, needed: readonly Needed[]): Available {
  const find = (name: string) => needed.find((one) => one.name === name);
  const runs = new Map<string, Promise<StoredRun | null>>();
  const descriptions = new Map<string, Promise<DataDescription>>();

  async function read(name: string): Promise<StoredRun | null> {
    const wanted = find(name);
    const path = join(out, name);
    if (wanted?.kind !== 'find' || !(await isRun(path))) return null;
    const stored = await readRun(path);
    const planned = planCells(normaliseExperiment(wanted.input), stored.data);
    const names = new Set(planned.map((cell) => cell.name));
    return { ...stored, planned, cells: stored.cells.filter(({ plan }) => names.has(plan.name)) };
  }

  return {
    scale,
    run(name) {
      const known = runs.get(name) ?? read(name);
      runs.set(name, known);
      return known;
    },
    async supermasks(name) {
      const wanted = find(name);
      if (wanted?.kind !== 'supermask') return [];
      const experiment = normaliseSupermask(wanted.input);
      const { data, split } = experiment.base;
      const key = JSON.stringify([data, split]);
      const description =
        descriptions.get(key) ?? prepareExperiment(experiment.base).then((prepared) => prepared.description);
      descriptions.set(key, description);
      return readTrials(join(out, name), supermaskSettings(experiment, await description), experiment.base.trials);
    },
  };
}

/** How many trainings are finished, and how many there are. */
export async function finishedIn(
  available: Available,
  needed: readonly Needed[],
): Promise<{ readonly finished: number; readonly planned: number }> {
  let [finished, planned] = [0, 0];
  for (const one of needed) {
    if (one.kind === 'supermask') {
      planned += normaliseSupermask(one.input).base.trials;
      finished += (await available.supermasks(one.name)).length;
    } else {
      const run = await available.run(one.name);
      planned += run?.planned.length ?? cellIds(normaliseExperiment(one.input)).length;
      finished += run?.cells.length ?? 0;
    }
  }
  return { finished, planned };
}

import { parseDataSpec } from '@winnow/data';
import { normaliseExperiment } from '../experiment/normalise.js';
import { normaliseSupermask } from '../supermask/supermask-experiment.js';
import type { Needed, Reproduction, Scale } from './reproduction.js';

/** The data set that something needs, by name, if it is not here: not in Winnow's cache, and no folder of it is named. */
export function missingDataOf(one: Needed): string | null {
  const { data } = one.kind === 'find' ? normaliseExperiment(one.input) : normaliseSupermask(one.input).base;
  if (typeof data !== 'string') return null;
  const { source, folder } = parseDataSpec(data);
  return folder !== undefined || source.defaultFolder() !== null ? null : source.name;
}

/** The reproductions whose data are here, and the others each with what it lacks. */
export function byData(
  list: readonly Reproduction[],
  scale: Scale,
): { readonly here: readonly Reproduction[]; readonly missing: ReadonlyMap<Reproduction, string> } {
  const missing = new Map(
    list.flatMap((one) => {
      const lacks = one
        .needs(scale)
        .map(missingDataOf)
        .find((name) => name !== null);
      return lacks === undefined || lacks === null ? [] : [[one, lacks] as const];
    }),
  );
  return { here: list.filter((one) => !missing.has(one)), missing };
}

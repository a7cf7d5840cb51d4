import { RunError } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import type { Parameters } from '../parameters.js';
import { readOrdered, writeOrdered } from '../plan/arena-access.js';
import type { Region } from '../plan/layout.js';
import type { Plan } from '../plan/plan.js';

type Arrays = Readonly<Record<string, Float32Array>>;

/**
 * Every value and moment of the arena in the order of parameters, so that a checkpoint does not depend on how they lie.
 * Moments that the plan leaves out are 0.
 */
export function saveArena(plan: Plan, arena: Arena): Arrays {
  return Object.fromEntries(
    savedRegions(plan).map(({ name, region, order }) => [name, readOrdered(region, order, arena)]),
  );
}

/** @throws RunError if an array is missing or has a wrong length */
export function restoreArena(plan: Plan, arena: Arena, arrays: Arrays): void {
  for (const { name, region, order } of savedRegions(plan)) {
    writeOrdered(region, order, arena, savedArray(arrays, name, order.length));
  }
}

/** Parameters under a prefix. */
export function parameterArrays(prefix: string, parameters: Parameters): Arrays {
  return Object.fromEntries(
    parameters.flatMap(({ weights, biases }, l) => [
      [`${prefix}.${l}.weights`, weights],
      [`${prefix}.${l}.biases`, biases],
    ]),
  );
}

/** @throws RunError if an array is missing or has a wrong length */
export function parametersFrom(prefix: string, plan: Plan, arrays: Arrays): Parameters {
  return plan.layers.map(({ weights, biases }, l) => ({
    weights: savedArray(arrays, `${prefix}.${l}.weights`, weights.values.words).slice(),
    biases: savedArray(arrays, `${prefix}.${l}.biases`, biases.values.words).slice(),
  }));
}

interface SavedRegion {
  readonly name: string;
  readonly region: Region;
  /** See `Stateful`. */
  readonly order: Uint32Array;
}

function savedRegions({ layers }: Plan): readonly SavedRegion[] {
  return layers.flatMap((planned, l) =>
    (['weights', 'biases'] as const).flatMap((part) => {
      const { values, order, first, second } = planned[part];
      const named = {
        [`layer.${l}.${part}`]: values,
        [`layer.${l}.${part}.first`]: first,
        [`layer.${l}.${part}.second`]: second,
      };
      return Object.entries(named).flatMap(([name, region]) => (region === null ? [] : [{ name, region, order }]));
    }),
  );
}

function savedArray(arrays: Arrays, name: string, length: number): Float32Array {
  const values = arrays[name];
  if (values?.length === length) return values;
  throw new RunError(
    `The checkpoint does not belong to this training: "${name}" has ${values?.length ?? 'no'} values in place of ${length}.`,
  );
}

import { RunError } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import type { Parameters } from '../parameters.js';
import { readRegion, readWeightOrdered, writeWeightOrdered } from '../plan/arena-access.js';
import type { Region } from '../plan/layout.js';
import type { Plan, PlannedLayer } from '../plan/plan.js';

type Arrays = Readonly<Record<string, Float32Array>>;

/** Every value and moment of the arena in row order, so that a checkpoint does not depend on how the weights lie. */
export function saveArena(plan: Plan, arena: Arena): Arrays {
  return Object.fromEntries(
    savedRegions(plan).map(({ name, region, planned, isWeights }) => [
      name,
      isWeights ? readWeightOrdered(planned, region, arena) : readRegion(region, arena),
    ]),
  );
}

/** @throws RunError if an array is missing or has a wrong length */
export function restoreArena(plan: Plan, arena: Arena, arrays: Arrays): void {
  for (const { name, region, planned, isWeights } of savedRegions(plan)) {
    const values = savedArray(arrays, name, region.words);
    if (isWeights) writeWeightOrdered(planned, region, arena, values);
    else arena.floats.set(values, region.offset);
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
  readonly planned: PlannedLayer;
  /** Whether it is stored as the layer's weights are. */
  readonly isWeights: boolean;
}

function savedRegions({ layers }: Plan): readonly SavedRegion[] {
  return layers.flatMap((planned, l) =>
    (['weights', 'biases'] as const).flatMap((part) => {
      const { values, first, second } = planned[part];
      const named = {
        [`layer.${l}.${part}`]: values,
        [`layer.${l}.${part}.first`]: first,
        [`layer.${l}.${part}.second`]: second,
      };
      return Object.entries(named).flatMap(([name, region]) =>
        region === null ? [] : [{ name, region, planned, isWeights: part === 'weights' }],
      );
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

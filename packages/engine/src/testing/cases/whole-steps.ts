import type { LaidOutData } from '../../data/laid-out-data.js';
import { initialParameters } from '../../initialisation/initial.js';
import type { Masks } from '../../masks.js';
import type { Network } from '../../network/network.js';
import { weightLayers } from '../../network/weight-layers.js';
import { writeContents, writeParameters } from '../../plan/arena-access.js';
import { compilePlan } from '../../plan/compile.js';
import type { Recipe } from '../../recipe/recipe.js';
import { dataOrder } from '../../training/data-order.js';
import { writeBatches, writeConstants } from '../../training/step-tables.js';
import { arenaOf, type KernelCase } from '../kernel-case.js';
import { drawnMask } from '../values.js';

export interface WholeStepsOf {
  readonly name: string;
  readonly network: Network;
  readonly data: LaidOutData;
  /** Of each weight layer; 1 keeps it dense. */
  readonly densities: readonly number[];
  readonly recipe: Recipe;
  /** Iterations before the first of these. */
  readonly before: number;
  readonly steps: number;
  readonly seed: number;
}

/** Whole training steps as a plan lays them out. */
export function wholeStepsCase(of: WholeStepsOf): KernelCase {
  const { network, data, recipe, seed, steps } = of;
  const masks: Masks = weightLayers(network).map((layer, l) => drawnMask(seed + l, layer.weights, of.densities[l]));
  const start = { seed, trial: 0, draw: { kind: 'initial' } } as const;
  const parameters = initialParameters(network, masks, recipe.initialisation, start);
  const plan = compilePlan({ network, masks, data, training: recipe, parameters });
  if (plan.training === null) throw new Error('a plan for training has a training part');
  const arena = arenaOf(plan.words);
  writeContents(plan, arena);
  writeParameters(plan, arena, parameters);
  writeBatches(arena, plan.training, dataOrder({ seed, trial: 0, count: data.train.count }), of.before, steps);
  writeConstants(arena, plan.training, recipe, 'start', { beta1: 1, beta2: 1 }, of.before, steps);
  const named = (name: string) => plan.regions.find((region) => region.name === name) ?? null;
  return {
    name: of.name,
    before: arena.words,
    data: data.bytes,
    program: plan.training.program.offset,
    steps,
    regions: plan.regions,
    open: {
      scratch: plan.regions.filter(({ name }) => name.endsWith('scratch')),
      active: named('active features'),
    },
  };
}

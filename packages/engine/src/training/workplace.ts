import { UserError } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import { requireParametersOf } from '../parameters.js';
import { compilePlan } from '../plan/compile.js';
import type { Plan, TrainingPart } from '../plan/plan.js';
import { type DataOrder, dataOrder } from './data-order.js';
import { threadsOf } from './threads.js';
import type { TrainingOptions } from './training.js';

/** What a run works with: it does not change. */
export interface Workplace {
  readonly options: TrainingOptions;
  readonly plan: Plan;
  readonly part: TrainingPart;
  readonly arena: Arena;
  readonly order: DataOrder;
  /** Ascending. */
  readonly snapshotAt: readonly number[];
}

/** Plans a training and opens its memory, which holds nothing yet. */
export function openWorkplace(options: TrainingOptions): Workplace {
  const { backend, network, masks, start, recipe, data, seed, trial, startIteration } = options;
  if (!(Number.isInteger(startIteration) && startIteration >= 0 && startIteration < recipe.iterations)) {
    throw new UserError(
      `A training of ${recipe.iterations} iterations cannot start at iteration ${startIteration}. Rewind to an earlier one.`,
    );
  }
  requireParametersOf(network, masks, start);
  const order = options.order ?? dataOrder({ seed, trial, count: data.train.count });
  if (order.seed !== seed || order.trial !== trial || order.count !== data.train.count) {
    throw new RangeError('the data order belongs to another seed, trial or training set');
  }
  const frozen = options.frozen ?? null;
  const threads = threadsOf(options);
  const plan = compilePlan({ network, masks, data, training: recipe, threads, frozen, parameters: start });
  if (plan.training === null) throw new Error('a plan for training has a training part');
  const snapshotAt = (options.snapshotAt ?? []).toSorted((a, b) => a - b);
  const arena = backend.open(plan.words, data.bytes, plan.threads);
  return { options, plan, part: plan.training, arena, order, snapshotAt };
}

import type { Arena } from '../backends/backend.js';
import type { TrainingPart } from '../plan/plan.js';
import { rateAt } from '../recipe/rate.js';
import type { Recipe } from '../recipe/recipe.js';
import { type RunningPowers, writeStepConstants } from '../recipe/step-constants.js';
import { augmentationOf } from './augmentation.js';
import type { DataOrder } from './data-order.js';

/**
 * Writes which examples each step of a call takes. Batches follow the epoch's order; the last of an epoch may be short.
 * @param before iterations before the call's first
 */
export function writeBatches(arena: Arena, part: TrainingPart, order: DataOrder, before: number, steps: number): void {
  const batches = Math.ceil(order.count / part.batch);
  for (let step = 0; step < steps; step++) {
    const done = before + step;
    const examples = order.epoch(Math.floor(done / batches));
    const first = (done % batches) * part.batch;
    const size = Math.min(part.batch, order.count - first);
    const row = part.indices.offset + step * part.batch;
    for (let i = 0; i < size; i++) arena.words[row + i] = examples[first + i];
    arena.words[part.sizes.offset + step] = size;
    if (part.iterations !== null) arena.words[part.iterations.offset + step] = done + 1;
    if (part.moves === null) continue;
    const moves = augmentationOf(order, Math.floor(done / batches), part.moves.augmentation);
    const to = part.moves.region.offset + step * part.batch;
    for (let i = 0; i < size; i++) arena.words[to + i] = moves(examples[first + i]);
  }
}

/** Writes the optimizer's constants for each step of a call and moves the powers on. */
export function writeConstants(
  arena: Arena,
  part: TrainingPart,
  recipe: Recipe,
  scheduleFrom: 'start' | 'end',
  powers: RunningPowers,
  before: number,
  steps: number,
): void {
  for (let step = 0; step < steps; step++) {
    const rate = rateAt(recipe, scheduleFrom === 'end' ? recipe.iterations : before + step + 1);
    const { offset } = part.constants;
    writeStepConstants(arena.floats, offset, step, recipe.optimizer, rate, recipe.weightDecay, powers);
  }
}

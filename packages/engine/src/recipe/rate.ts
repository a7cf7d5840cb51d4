import { cosineHalf } from '@winnow/arithmetic';
import type { RateSchedule, Recipe } from './recipe.js';

/**
 * The learning rate of iteration `iteration` (1 is the first), in f64, by + − × ÷ alone.
 * Warm-up multiplies what the schedule says by iteration / warmup, until that is 1.
 */
export function rateAt(recipe: Recipe, iteration: number): number {
  const scheduled = recipe.optimizer.rate * scheduleFactor(recipe.schedule, iteration, recipe.iterations);
  return iteration < recipe.warmup ? scheduled * (iteration / recipe.warmup) : scheduled;
}

function scheduleFactor(schedule: RateSchedule, iteration: number, iterations: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step': {
      let factor = 1;
      for (const at of schedule.at) if (iteration > at) factor *= schedule.factor;
      return factor;
    }
    case 'cosine':
      return cosineHalf((iteration - 1) / iterations);
  }
}

import type { Recipe } from '../recipe/recipe.js';

/** The iteration of the next evaluation after `iteration`: a multiple of the recipe's interval, or its last. */
export function nextEvaluation(recipe: Recipe, iteration: number): number {
  const next = (Math.floor(iteration / recipe.evaluateEvery) + 1) * recipe.evaluateEvery;
  return Math.min(next, recipe.iterations);
}

/** Every how many evaluations the test set is judged too. */
const TEST_EVERY = 5;

/**
 * Whether an evaluation also judges the test set: at each new validation minimum, at every fifth evaluation, and at the
 * last (docs/arithmetic.md). @param number counts from 0, the start
 */
export function judgesTest(number: number, isNewMinimum: boolean, isLast: boolean): boolean {
  return isNewMinimum || isLast || number % TEST_EVERY === 0;
}

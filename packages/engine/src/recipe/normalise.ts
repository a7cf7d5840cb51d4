import { suggestion, UserError } from '@winnow/arithmetic';
import { initialisationByName } from '../initialisation/initialisers.js';
import type { Network } from '../network/network.js';
import { optimizerByName } from './optimizers.js';
import { usualRecipe } from './papers.js';
import type { Augmentation, Optimizer, RateSchedule, Recipe } from './recipe.js';

/** What `Recipe.augmentation` may hold. */
export const augmentations: readonly Augmentation[] = ['crop', 'flips'];

/** A recipe of which parts are left at their defaults. The optimizer's settings may be given without its name. */
export interface RecipeOverrides extends Partial<Omit<Recipe, 'optimizer'>> {
  /** A recipe of the network's paper, which takes the place of the defaults: see `recipeNames`. */
  readonly name?: string;
  readonly optimizer?: OptimizerOverrides;
}

export interface OptimizerOverrides {
  readonly name?: string;
  readonly rate?: number;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * The complete recipe: what is given, and the network's defaults for the rest.
 * @throws UserError for a value that no training can have, a setting that the optimizer does not know, or a name that the network has no recipe of
 */
export function recipeFor(network: Network, overrides: RecipeOverrides = {}): Recipe {
  const { name, optimizer, ...rest } = overrides;
  const { optimizer: usual, schedule, warmup, ...usually } = usualRecipe(network, name);
  const given = defined(rest);
  const iterations = given.iterations ?? usually.iterations;
  const recipe: Recipe = {
    ...usually,
    schedule: schedule(iterations),
    warmup: warmup(iterations),
    ...given,
    augmentation: augmentationOf(network, given.augmentation ?? usually.augmentation),
    optimizer: completeOptimizer(usual, optimizer ?? {}),
  };
  initialisationByName(recipe.initialisation);
  check(recipe);
  return recipe;
}

function completeOptimizer(usual: Optimizer, overrides: OptimizerOverrides): Optimizer {
  const { name = usual.name } = overrides;
  const complete = name === usual.name ? usual : optimizerByName(name);
  for (const [setting, value] of Object.entries(overrides)) {
    if (value === undefined || Object.hasOwn(complete, setting)) continue;
    throw new UserError(`The optimizer ${complete.name} has no setting "${setting}".`);
  }
  return { ...complete, ...defined(overrides), name: complete.name } as Optimizer;
}

function augmentationOf({ name, image }: Network, given: readonly Augmentation[]): readonly Augmentation[] {
  for (const wanted of given) {
    if (augmentations.includes(wanted)) continue;
    throw new UserError(
      `There is no augmentation "${wanted}".${suggestion(wanted, augmentations)} Known: ${augmentations.join(', ')}.`,
    );
  }
  if (given.length > 0 && image === undefined) {
    throw new UserError(
      `Network "${name}" takes lists of values, which cannot be moved like pictures. Leave out --augment.`,
    );
  }
  return augmentations.filter((known) => given.includes(known));
}

/** The entries that are not undefined: an undefined one counts as not given. */
function defined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function check({ optimizer, schedule, warmup, weightDecay, batch, iterations, evaluateEvery }: Recipe): void {
  require(optimizer.rate > 0 && Number.isFinite(optimizer.rate), 'rate', 'above 0', optimizer.rate);
  switch (optimizer.name) {
    case 'sgd':
      break;
    case 'momentum':
      requireShare('momentum', optimizer.momentum);
      break;
    case 'adam':
      requireShare('beta1', optimizer.beta1);
      requireShare('beta2', optimizer.beta2);
      require(optimizer.epsilon > 0 && Number.isFinite(optimizer.epsilon), 'epsilon', 'above 0', optimizer.epsilon);
      break;
  }
  checkSchedule(schedule);
  requireCount('warmup', warmup, 0);
  require(weightDecay >= 0 && Number.isFinite(weightDecay), 'weight decay', '0 or more', weightDecay);
  requireCount('batch', batch, 1);
  requireCount('iterations', iterations, 1);
  requireCount('evaluateEvery', evaluateEvery, 1);
}

function checkSchedule(schedule: RateSchedule): void {
  switch (schedule.kind) {
    case 'constant':
    case 'cosine':
      return;
    case 'step':
      require(schedule.factor > 0 && Number.isFinite(schedule.factor), 'schedule factor', 'above 0', schedule.factor);
      for (const iteration of schedule.at) requireCount('schedule step', iteration, 1);
      return;
  }
}

function requireShare(what: string, value: number): void {
  require(value >= 0 && value < 1, what, 'at least 0 and below 1', value);
}

function requireCount(what: string, value: number, least: number): void {
  require(Number.isInteger(value) &&
    value >= least &&
    value <= 0x7fff_ffff, what, `a whole number from ${least} on`, value);
}

function require(holds: boolean, what: string, rule: string, value: number): void {
  if (!holds) throw new UserError(`The recipe's ${what} must be ${rule}, not ${value}.`);
}

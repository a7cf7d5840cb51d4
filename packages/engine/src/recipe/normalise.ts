import { UserError } from '@winnow/arithmetic';
import { initialisationByName } from '../initialisation/initialisers.js';
import type { Network } from '../network/network.js';
import { familyOf } from '../network/registry.js';
import { optimizerByName } from './optimizers.js';
import type { Optimizer, RateSchedule, Recipe } from './recipe.js';

/** A recipe of which parts are left at their defaults. The optimizer's settings may be given without its name. */
export interface RecipeOverrides extends Partial<Omit<Recipe, 'optimizer'>> {
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

/** As in Frankle & Carbin 2019 §2, but for a training shorter than their 50,000 iterations. */
const defaults: Omit<Recipe, 'optimizer'> = {
  initialisation: 'glorot-normal',
  schedule: { kind: 'constant' },
  warmup: 0,
  weightDecay: 0,
  batch: 60,
  iterations: 12_000,
  evaluateEvery: 100,
};

/** Adam's rate for the networks of Frankle & Carbin 2019 (figure 2). */
const adamRates: Readonly<Record<string, number>> = {
  'lenet-300-100': 1.2e-3,
  'conv-2': 2e-4,
  'conv-4': 3e-4,
  'conv-6': 3e-4,
};

/**
 * The complete recipe: what is given, and the network's defaults for the rest.
 * @throws UserError for a value that no training can have, or a setting that the optimizer does not know
 */
export function recipeFor(network: Network, overrides: RecipeOverrides = {}): Recipe {
  const { optimizer, ...rest } = overrides;
  const recipe: Recipe = { ...defaults, ...defined(rest), optimizer: completeOptimizer(network, optimizer ?? {}) };
  initialisationByName(recipe.initialisation);
  check(recipe);
  return recipe;
}

function completeOptimizer(network: Network, overrides: OptimizerOverrides): Optimizer {
  const usual = usualOptimizer(network, overrides.name ?? 'adam');
  for (const [setting, value] of Object.entries(overrides)) {
    if (value === undefined || Object.hasOwn(usual, setting)) continue;
    throw new UserError(`The optimizer ${usual.name} has no setting "${setting}".`);
  }
  return { ...usual, ...defined(overrides), name: usual.name } as Optimizer;
}

function usualOptimizer(network: Network, name: string): Optimizer {
  const optimizer = optimizerByName(name);
  if (optimizer.name !== 'adam' || !Object.hasOwn(adamRates, familyOf(network))) return optimizer;
  return { ...optimizer, rate: adamRates[familyOf(network)] };
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

import { networkByName, type Recipe, recipeFor } from '@winnow/engine';
import { count, plural } from '../../report/format.js';
import type { Needed, Scale } from '../reproduction.js';

/** The deeper networks of Frankle & Carbin 2019, §4. */
export type DeepNetwork = 'vgg-19' | 'resnet-20';

/** Their trainings, by the names of the recipes: a high rate, a low one, and a high one that is warmed up to. */
export const deepRecipes = ['paper', 'low-rate', 'warmup'] as const;
export type DeepRecipe = (typeof deepRecipes)[number];

/** Rounds of pruning, past the last level that the paper speaks of. */
const rounds: Readonly<Record<DeepNetwork, number>> = { 'vgg-19': 20, 'resnet-20': 15 };

/** A recipe as `winnow find NETWORK --recipe NAME` has it, of so many iterations or of its own (Figures 2, 7 and 8). */
const recipeOf = (network: DeepNetwork, name: DeepRecipe, iterations?: number): Recipe =>
  recipeFor(networkByName(network), { name, ...(iterations !== undefined && { iterations }) });

const TRIALS = 5;
/** Rounds of the paper that a quick search makes in one. */
const IN_ONE = 5;
const QUICK_ITERATIONS = 90;

export const deepRun = (network: DeepNetwork, recipe: DeepRecipe): string => `${network}-${recipe}`;

/** What figures and tables call a recipe: "rate 0.03, warmed up". */
export function rateName(network: DeepNetwork, name: DeepRecipe): string {
  const { optimizer, warmup } = recipeOf(network, name);
  return `rate ${optimizer.rate}${warmup > 0 ? ', warmed up' : ''}`;
}

const lengthOf = (network: DeepNetwork, { quick, iterations }: Scale): number =>
  recipeOf(network, 'paper', iterations ?? (quick ? QUICK_ITERATIONS : undefined)).iterations;

/** The iterations at which the paper's figures look, a third, two thirds and all of the training; of another length, the same shares. */
export const deepLooks = (network: DeepNetwork, scale: Scale): readonly number[] =>
  [1, 2, 3].map((third) => Math.round((third * lengthOf(network, scale)) / 3));

/** Whether levels are the paper's. */
export const hasPapersRounds = ({ quick }: Scale): boolean => !quick;

/** Global pruning over convolutions, 20 % a round, by the paper's recipes; of fewer iterations, warm-up and drops of the rate come sooner. */
export function deepSearches(network: DeepNetwork, scale: Scale): readonly Needed[] {
  const { quick, trials } = scale;
  const iterations = lengthOf(network, scale);
  return deepRecipes.map((name) => ({
    kind: 'find' as const,
    name: deepRun(network, name),
    input: {
      network,
      data: scale.cifar10 ?? 'cifar-10',
      seed: 1,
      trials: trials ?? (quick ? 1 : TRIALS),
      recipe: { name, iterations, ...(quick && { evaluateEvery: Math.max(1, Math.floor(iterations / 3)) }) },
      pruning: quick ? { rounds: rounds[network] / IN_ONE, rate: 1 - 0.8 ** IN_ONE } : { rounds: rounds[network] },
      controls: quick ? [] : (['reinit'] as const),
    },
  }));
}

/** In words, for what stands in figures and tables. */
export function deepScale(network: DeepNetwork, scale: Scale): string {
  const { quick, trials, iterations } = scale;
  const length = count(lengthOf(network, scale));
  const size = `${plural(trials ?? (quick ? 1 : TRIALS), 'trial')} of ${length} iterations`;
  if (quick) return `QUICK, scaled down: ${size}, five rounds in one, none re-initialised`;
  const isPapers = (trials ?? TRIALS) === TRIALS && iterations === undefined;
  return isPapers
    ? `The paper’s scale: ${size}`
    : `${size}; the paper: ${TRIALS} of ${count(recipeOf(network, 'paper').iterations)}`;
}

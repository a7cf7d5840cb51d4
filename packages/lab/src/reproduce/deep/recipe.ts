import { count, plural } from '../../report/format.js';
import type { Needed, Scale } from '../reproduction.js';

/** The deeper networks of Frankle & Carbin 2019, §4. */
export type DeepNetwork = 'vgg-19' | 'resnet-20';

/** Their trainings, by the names of the recipes: a high rate, a low one, and a high one that is warmed up to. */
export const deepRecipes = ['paper', 'low-rate', 'warmup'] as const;
export type DeepRecipe = (typeof deepRecipes)[number];

interface Training {
  readonly iterations: number;
  /** Iterations over which the recipe `warmup` raises its rate. */
  readonly warmup: number;
  /** Rates in the order of the recipes. */
  readonly rates: readonly [string, string, string];
  /** Rounds of pruning, past the last level that the paper speaks of. */
  readonly rounds: number;
}

/** Figures 2, 7 and 8. */
const trainings: Readonly<Record<DeepNetwork, Training>> = {
  'vgg-19': { iterations: 112_480, warmup: 10_000, rates: ['0.1', '0.01', '0.1, warmed up'], rounds: 20 },
  'resnet-20': { iterations: 30_000, warmup: 20_000, rates: ['0.1', '0.01', '0.03, warmed up'], rounds: 15 },
};

const TRIALS = 5;
/** Rounds of the paper that a quick search makes in one. */
const IN_ONE = 5;
const QUICK_ITERATIONS = 100;

export const deepRun = (network: DeepNetwork, recipe: DeepRecipe): string => `${network}-${recipe}`;

/** What figures and tables call a recipe: "rate 0.1". */
export const rateName = (network: DeepNetwork, recipe: DeepRecipe): string =>
  `rate ${trainings[network].rates[deepRecipes.indexOf(recipe)]}`;

const lengthOf = (network: DeepNetwork, { quick, iterations }: Scale): number =>
  iterations ?? (quick ? QUICK_ITERATIONS : trainings[network].iterations);

/** The iterations at which the paper's figures look, a third, two thirds and all of the training; of another length, the same shares. */
export const deepLooks = (network: DeepNetwork, scale: Scale): readonly number[] =>
  [1, 2, 3].map((third) => Math.round((third * lengthOf(network, scale)) / 3));

/** Whether levels are the paper's. */
export const hasPapersRounds = ({ quick }: Scale): boolean => !quick;

/** Global pruning over convolutions, 20 % a round; in a shorter training warm-up and drops of the rate come sooner by as much. */
export function deepSearches(network: DeepNetwork, scale: Scale): readonly Needed[] {
  const { quick, trials } = scale;
  const { iterations, warmup, rounds } = trainings[network];
  const length = lengthOf(network, scale);
  return deepRecipes.map((recipe) => ({
    kind: 'find' as const,
    name: deepRun(network, recipe),
    input: {
      network,
      data: scale.cifar10 ?? 'cifar-10',
      seed: 1,
      trials: trials ?? (quick ? 1 : TRIALS),
      recipe: {
        name: recipe,
        iterations: length,
        ...(recipe === 'warmup' && { warmup: Math.round((warmup / iterations) * length) }),
        ...(quick && { evaluateEvery: length }),
      },
      pruning: quick ? { rounds: rounds / IN_ONE, rate: 1 - 0.8 ** IN_ONE } : { rounds },
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
    : `${size}; the paper: ${TRIALS} of ${count(trainings[network].iterations)}`;
}

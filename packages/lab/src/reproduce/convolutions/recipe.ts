import type { Needed, Scale } from '../reproduction.js';

/** The networks of Frankle & Carbin 2019, §3. */
export const convolutionNetworks = ['conv-2', 'conv-4', 'conv-6'] as const;
export type ConvolutionNetwork = (typeof convolutionNetworks)[number];

/** Those that are trained. If nobody asks, scaled down the smallest alone, since looking at the validation images takes the others longer than that may take. */
export function networksAt({
  quick,
  networks = quick ? ['conv-2'] : convolutionNetworks,
}: Scale): readonly ConvolutionNetwork[] {
  return convolutionNetworks.filter((network) => networks.includes(network));
}

/** What a round of the paper removes of dense layers, of the output layer and of convolutions (figure 2). */
const rates = {
  'conv-2': { rate: 0.2, outputRate: 0.1, convolutionRate: 0.1 },
  'conv-4': { rate: 0.2, outputRate: 0.1, convolutionRate: 0.1 },
  'conv-6': { rate: 0.2, outputRate: 0.1, convolutionRate: 0.15 },
} as const;

/** How much of the paper's search is done. `rounds` and `reinitAt` count the paper's rounds. */
export interface ConvolutionSize {
  readonly trials: number;
  readonly rounds: number;
  readonly reinitAt: readonly number[] | 'everywhere';
  /** The paper's rounds that are made in one. */
  readonly roundsInOne: Readonly<Record<ConvolutionNetwork, number>>;
}

export const PAPER: ConvolutionSize = {
  trials: 5,
  rounds: 20,
  reinitAt: 'everywhere',
  roundsInOne: { 'conv-2': 1, 'conv-4': 1, 'conv-6': 1 },
};
/** For trainings of another length than the paper's: every level of the smallest network, every third of the others. */
const SHORTER: ConvolutionSize = {
  trials: 5,
  rounds: 15,
  reinitAt: [8, 11, 14],
  roundsInOne: { 'conv-2': 1, 'conv-4': 3, 'conv-6': 3 },
};
const QUICK: ConvolutionSize = {
  trials: 1,
  rounds: 9,
  reinitAt: [],
  roundsInOne: { 'conv-2': 3, 'conv-4': 3, 'conv-6': 3 },
};
export const QUICK_ITERATIONS = 150;

/** How much of it is done at a scale. */
export function sizeOf({ quick, iterations }: Scale): ConvolutionSize {
  if (quick) return QUICK;
  return iterations === undefined ? PAPER : SHORTER;
}

/** The levels at which masks are re-initialised; undefined for all of them. */
export function reinitLevels(network: ConvolutionNetwork, scale: Scale): readonly number[] | undefined {
  const { rounds, reinitAt, roundsInOne } = sizeOf(scale);
  const inOne = roundsInOne[network];
  if (reinitAt === 'everywhere') return undefined;
  return reinitAt.map((round) => Math.min(Math.ceil(rounds / inOne), Math.round(round / inOne)));
}

/** Conv-2, Conv-4 and Conv-6 on CIFAR-10 as in Frankle & Carbin 2019 §3, figure 2. */
export function convolutionRun(network: ConvolutionNetwork, scale: Scale): Needed {
  const { trials, rounds, roundsInOne } = sizeOf(scale);
  const inOne = roundsInOne[network];
  const iterations = scale.iterations ?? (scale.quick ? QUICK_ITERATIONS : undefined);
  const left = ([name, rate]: readonly [string, number]) => [name, inOne === 1 ? rate : 1 - (1 - rate) ** inOne];
  const levels = Math.ceil(rounds / inOne);
  const controlLevels = reinitLevels(network, scale);
  return {
    kind: 'find',
    name: network,
    input: {
      network,
      data: scale.cifar10 ?? 'cifar-10',
      seed: 1,
      trials: scale.trials ?? trials,
      recipe: { name: 'paper', ...(iterations !== undefined && { iterations }) },
      pruning: { rounds: levels, ...Object.fromEntries(Object.entries(rates[network]).map(left)) },
      controls: ['reinit'],
      ...(controlLevels !== undefined && { controlLevels }),
    },
  };
}

/** Whether a network's levels are the paper's. */
export const hasPapersLevels = (network: ConvolutionNetwork, scale: Scale): boolean =>
  sizeOf(scale).roundsInOne[network] === 1;

import { suggestion, UserError } from '@winnow/arithmetic';
import type { Network } from '../network/network.js';
import { familyOf } from '../network/registry.js';
import { optimizerByName } from './optimizers.js';
import type { Optimizer, RateSchedule, Recipe } from './recipe.js';

/** A recipe whose schedule and warm-up follow from how many iterations there are. */
export interface UsualRecipe extends Omit<Recipe, 'schedule' | 'warmup'> {
  readonly schedule: (iterations: number) => RateSchedule;
  readonly warmup: (iterations: number) => number;
}

/** As in Frankle & Carbin 2019 §2, but for a training shorter than their 50,000 iterations. */
const defaults: UsualRecipe = {
  initialisation: 'glorot-normal',
  optimizer: optimizerByName('adam'),
  schedule: () => ({ kind: 'constant' }),
  warmup: () => 0,
  weightDecay: 0,
  batch: 60,
  iterations: 12_000,
  evaluateEvery: 100,
  augmentation: [],
};

const adam = (rate: number): Partial<UsualRecipe> => ({
  optimizer: { ...optimizerByName('adam'), rate } as Optimizer,
});

/** Momentum .9, weight decay, and a rate that drops to a tenth after these shares of the iterations. */
const deep = (rate: number, drops: readonly [number, number]): Partial<UsualRecipe> => ({
  optimizer: { ...optimizerByName('momentum'), rate } as Optimizer,
  schedule: (iterations) => ({
    kind: 'step',
    at: drops.map((share) => Math.max(1, Math.round(share * iterations))),
    factor: 0.1,
  }),
  weightDecay: 1e-4,
  augmentation: ['crop', 'flips'],
});
const RESNET_DROPS = [2 / 3, 5 / 6] as const;
const VGG_DROPS = [1 / 2, 3 / 4] as const;
const RESNET = { batch: 128, iterations: 30_000 };
const VGG = { batch: 64, iterations: 112_480 };

/** The rate rises for so many of the recipe's own iterations; of fewer, for the same share. */
const warmedUp = (warmup: number, of: { readonly iterations: number }): Pick<UsualRecipe, 'warmup'> => ({
  warmup: (iterations) => Math.round((warmup / of.iterations) * iterations),
});

/** Frankle & Carbin 2019, figure 2 and appendix I. The first of each family is its default, but for its length where that is shorter. */
const papers: Readonly<Record<string, Readonly<Record<string, Partial<UsualRecipe>>>>> = {
  'lenet-300-100': { paper: { ...adam(1.2e-3), iterations: 50_000 } },
  'conv-2': { paper: { ...adam(2e-4), iterations: 20_000 } },
  'conv-4': { paper: { ...adam(3e-4), iterations: 25_000 } },
  'conv-6': { paper: { ...adam(3e-4), iterations: 30_000 } },
  'resnet-20': {
    paper: { ...deep(0.1, RESNET_DROPS), ...RESNET },
    'low-rate': { ...deep(0.01, RESNET_DROPS), ...RESNET },
    warmup: { ...deep(0.03, RESNET_DROPS), ...RESNET, ...warmedUp(20_000, RESNET) },
  },
  'vgg-19': {
    paper: { ...deep(0.1, VGG_DROPS), ...VGG },
    'low-rate': { ...deep(0.01, VGG_DROPS), ...VGG },
    warmup: { ...deep(0.1, VGG_DROPS), ...VGG, ...warmedUp(10_000, VGG) },
  },
};

/** Networks whose paper trains them with SGD and prunes them globally, with the output layer left whole. */
export const deepFamilies: readonly string[] = ['resnet-20', 'vgg-19'];

/** The names of all recipes. */
export const recipeNames: readonly string[] = [...new Set(Object.values(papers).flatMap((of) => Object.keys(of)))];

/**
 * What a network is trained with unless something else is said.
 * @param name of one of its paper's recipes; without it the default: the paper's, but shorter for networks that are trained with Adam
 * @throws UserError if the network has no recipe of this name
 */
export function usualRecipe(network: Network, name?: string): UsualRecipe {
  const family = familyOf(network);
  const known = Object.hasOwn(papers, family) ? papers[family] : {};
  if (name === undefined) {
    const usual = { ...defaults, ...known.paper };
    return deepFamilies.includes(family) ? usual : { ...usual, iterations: defaults.iterations };
  }
  if (Object.hasOwn(known, name)) return { ...defaults, ...known[name] };
  const names = Object.keys(known);
  throw new UserError(
    names.length === 0
      ? `Network "${network.name}" has no recipe by a name, as it comes from no paper. Leave out --recipe.`
      : `Network "${network.name}" has no recipe "${name}".${suggestion(name, names)} It has: ${names.join(', ')}.`,
  );
}

import { criterionNames, type Mask0Action, type Mask1Action } from '@winnow/tickets';
import { lenet } from '../lenet-tickets/recipe.js';
import type { Needed, Scale } from '../reproduction.js';

/** Rounds of pruning in Zhou et al. 2019. */
const ROUNDS = 24;

const search = (scale: Scale, name: string, rest: Parameters<typeof lenet>[2]): Needed => ({
  kind: 'find',
  name,
  input: lenet(scale, ROUNDS, { controls: [], ...rest }),
});

export const criterionRun = (criterion: string) => `criterion-${criterion}`;

/** Tickets by every criterion, rewound, pruned weights zero. */
export const criterionRuns = (scale: Scale): readonly Needed[] =>
  criterionNames.map((criterion) => search(scale, criterionRun(criterion), { pruning: { criterion } }));

/** Rewound tickets by large-final: the criterion, the mask-1 and the mask-0 action that the others are compared with. */
const usualRun = (scale: Scale): Needed => search(scale, usualName, { pruning: { criterion: 'large-final' } });
export const usualName = criterionRun('large-final');

export const mask1Run = (action: Mask1Action) => (action === 'rewind' ? usualName : `mask-1-${action}`);
export const mask1Runs = (scale: Scale, actions: readonly Mask1Action[]): readonly Needed[] =>
  actions.map((mask1) => (mask1 === 'rewind' ? usualRun(scale) : search(scale, mask1Run(mask1), { mask1 })));

export const mask0Run = (action: Mask0Action) => (action === 'zero' ? usualName : `mask-0-${action}`);
export const mask0Runs = (scale: Scale, actions: readonly Mask0Action[]): readonly Needed[] =>
  actions.map((mask0) => (mask0 === 'zero' ? usualRun(scale) : search(scale, mask0Run(mask0), { mask0 })));

/** Dense networks alone, whose weights a scatter shows. */
export const denseRun = (scale: Scale): Needed => ({
  kind: 'find',
  name: 'dense',
  input: lenet({ ...scale, trials: 1 }, 0, { controls: [], pruning: { rounds: 0 } }),
});

export const deconstructingDiffers =
  'Gaussian Glorot as in Frankle & Carbin 2019, where the authors’ code truncates it, and 50,000 iterations for their 55 epochs (50,417), so that both papers share their networks.';

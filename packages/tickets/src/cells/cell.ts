import { type BeforeTraining, beforeTrainingMethods } from '../before-training/method.js';

/**
 * What a training stands for in an experiment.
 *
 * - `dense`: the whole network, level 0.
 * - `ticket`: pruned round by round, each round's survivors set back to where they were (see `Rewind`).
 * - `one-shot`: pruned at once from the dense network, and set back in the same way.
 * - `continued`: pruned round by round, survivors trained on from where they are.
 * - `snip`, `grasp`, `synflow`, `erk`, `uniform`: pruned at once before anything is trained, from its initial values (see `BeforeTraining`).
 * - `reinit`: a control; the mask of the network that the search found, with a new draw of start values.
 * - `random`: a control; a random mask with as many weights in each layer, and a new draw of start values.
 * - `shuffle`: a control; the mask of the network that the search found, shuffled in each layer, with its start values (Su et al. 2020, §3).
 * - `invert`: a control; as the search prunes at this level, but the best go in place of the worst (Frankle et al. 2021, §5).
 */
export type CellKind =
  | 'dense'
  | 'ticket'
  | 'reinit'
  | 'random'
  | 'one-shot'
  | 'continued'
  | 'shuffle'
  | 'invert'
  | BeforeTraining;

/** Names one training of a search. */
export interface CellId {
  readonly kind: CellKind;
  /** Rounds of pruning behind it; 0 for the dense network alone. */
  readonly level: number;
  /** Counted from 0. Another trial has other start values and another order of data. */
  readonly trial: number;
  /** Tells apart the controls of one level, counted from 0; 0 for all that are no controls. */
  readonly replicate: number;
}

/** How a search comes from level to level. */
export const schedules = ['iterative', 'one-shot', 'continued', ...beforeTrainingMethods] as const;
export type Schedule = (typeof schedules)[number];

/** What is trained beside a search's networks, to see what their masks are worth. */
export const controlKinds = ['reinit', 'random', 'shuffle', 'invert'] as const;
export type ControlKind = (typeof controlKinds)[number];

/** What the search itself trains at level 1 and beyond, under each schedule; controls follow its masks. */
export const searchedKind = {
  iterative: 'ticket',
  'one-shot': 'one-shot',
  continued: 'continued',
  snip: 'snip',
  grasp: 'grasp',
  synflow: 'synflow',
  erk: 'erk',
  uniform: 'uniform',
} as const satisfies Record<Schedule, CellKind>;

/**
 * What a training stands for in an experiment.
 *
 * - `dense`: the whole network, level 0.
 * - `ticket`: pruned round by round, each round's survivors set back to where they were (see `Rewind`).
 * - `one-shot`: pruned at once from the dense network, and set back in the same way.
 * - `continued`: pruned round by round, survivors trained on from where they are.
 * - `reinit`: a control; the mask of the network that the search found, with a new draw of start values.
 * - `random`: a control; a random mask with as many weights in each layer, and a new draw of start values.
 */
export type CellKind = 'dense' | 'ticket' | 'reinit' | 'random' | 'one-shot' | 'continued';

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
export type Schedule = 'iterative' | 'one-shot' | 'continued';

/** What the search itself trains at level 1 and beyond, under each schedule; controls follow its masks. */
export const searchedKind = {
  iterative: 'ticket',
  'one-shot': 'one-shot',
  continued: 'continued',
} as const satisfies Record<Schedule, CellKind>;

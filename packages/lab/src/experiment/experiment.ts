import type { DataSet } from '@winnow/data';
import type { Network, Recipe } from '@winnow/engine';
import type {
  ControlKind,
  CriterionSource,
  EarlyBird,
  Mask0Action,
  Mask1Action,
  Pruning,
  Rewind,
  Schedule,
  Search,
} from '@winnow/tickets';
import type { Split } from '../cells/settings.js';

/** A control that is trained beside the tickets. */
export interface Control {
  readonly kind: ControlKind;
  /** How many of them at each level of each trial. */
  readonly replicates: number;
}

/** How rounds prune; a criterion of one's own is the text of its file, since an experiment can be written down. */
export type ExperimentPruning = Omit<Pruning, 'criterion'> & { readonly criterion: string | CriterionSource };

/** Everything that decides an experiment's results. Complete: options are filled in. */
export interface Experiment {
  readonly network: Network;
  /** A data set, or how to name one (see `loadDataSet`). */
  readonly data: string | DataSet;
  readonly split: Split;
  readonly recipe: Recipe;
  readonly pruning: ExperimentPruning;
  /** Rounds of pruning after the dense training: levels 0 to this. */
  readonly levels: number;
  /** At least one; the controls use the masks of the first. */
  readonly schedules: readonly [Schedule, ...Schedule[]];
  readonly rewind: Rewind;
  readonly mask1: Mask1Action;
  readonly mask0: Mask0Action;
  /** When rounds stop early; absent where all are trained whole. */
  readonly earlyBird?: Pick<EarlyBird, 'threshold' | 'window'>;
  readonly controls: readonly Control[];
  /** The levels at which they are trained, ascending; all where it is not said. */
  readonly controlLevels?: readonly number[];
  readonly trials: number;
  readonly seed: number;
}

/** The part of an experiment that decides where its cells start. */
export function searchOf({ schedules, ...experiment }: Experiment): Search {
  const { network, recipe, pruning, rewind, mask1, mask0, seed, earlyBird, levels: lastLevel } = experiment;
  return {
    network,
    recipe,
    pruning,
    schedule: schedules[0],
    rewind,
    mask1,
    mask0,
    seed,
    ...(earlyBird && { earlyBird: { ...earlyBird, lastLevel } }),
  };
}

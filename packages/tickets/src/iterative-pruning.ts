import type { GradientAt } from './before-training/sensitivity.js';
import { type CellId, searchedKind } from './cells/cell.js';
import { cellDependencies } from './cells/dependencies.js';
import type { Search, TrainedCell, TrainingStart } from './cells/search.js';
import { cellStart } from './cells/start.js';

/** What a search's `train` gives back. The engine's `TrainingResult` is one. */
export type Trained = Pick<TrainedCell, 'parameters' | 'snapshots'>;

/** A search that runs in memory, with the training passed in. */
export interface SearchInMemory<Result extends Trained>
  extends Omit<Search, 'mask1' | 'mask0' | 'earlyBird'>,
    Partial<Pick<Search, 'mask1' | 'mask0'>> {
  readonly trial: number;
  /** Rounds of pruning after the dense training. */
  readonly rounds: number;
  /** Needed by the schedules `snip` and `grasp`. */
  readonly gradientAt?: GradientAt;
  readonly train: (start: TrainingStart, cell: CellId) => Promise<Result>;
}

/** One finished level: its name, the mask that was trained, and what the training gave. */
export type Level<Result extends Trained> = CellId & TrainedCell & Result;

/**
 * Iterative pruning with resetting (Frankle & Carbin 2019 §2), or as the search's schedule and rewinding say otherwise.
 * Yields the dense level first, then one level a round. Kept weights are rewound and pruned ones zero by default.
 */
export async function* iterativePruning<Result extends Trained>(
  given: SearchInMemory<Result>,
): AsyncGenerator<Level<Result>, void> {
  const search: SearchInMemory<Result> & Search = { mask1: 'rewind', mask0: 'zero', ...given };
  const levels: Level<Result>[] = [];
  for (let level = 0; level <= search.rounds; level++) {
    const kind = level === 0 ? 'dense' : searchedKind[search.schedule];
    const cell: CellId = { kind, level, trial: search.trial, replicate: 0 };
    const parents = cellDependencies(search, cell).map((parent) => levels[parent.level]);
    const start = cellStart(search, cell, parents, search.gradientAt);
    const { masks, kept } = start;
    levels.push({ ...(await search.train(start, cell)), ...cell, masks, ...(kept && { kept }) });
    yield levels[level];
  }
}

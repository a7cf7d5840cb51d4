import type { CellResult, ReportKind, RunResult } from './input.js';
import {
  differenceToDense,
  groupCells,
  isSearched,
  kindOrder,
  type Spread,
  searchedKind,
  spreadOf,
} from './statistics.js';

/** One row of the table by level: the pruned network's numbers, and beside them its controls'. */
export interface LevelRow {
  readonly level: number;
  readonly density: number;
  readonly weights: number;
  readonly trials: number;
  readonly earlyStop: Spread;
  readonly validationLoss: Spread;
  /** At early stop, as are the others. */
  readonly testAccuracy: Spread | null;
  /** Test accuracy minus the dense network's of the same trial, as a fraction; null for the dense network. */
  readonly difference: number | null;
  /** Test accuracy of each other kind at this level; null where there is none. */
  readonly others: ReadonlyMap<ReportKind, Spread | null>;
  readonly microsecondsPerStep: Spread;
  readonly isWinner: boolean;
}

/** The table by level: the dense network first, then each level of the run's own kind of pruned network. */
export function levelRows(run: RunResult): readonly LevelRow[] {
  const own = searchedKind(run.cells);
  const groups = groupCells(run.cells);
  const others = otherKinds(run);
  return groups
    .filter((group) => group.kind === 'dense' || group.kind === own)
    .map((group) => {
      const { cells, level } = group;
      const spread = (measure: (cell: CellResult) => number | null) => spreadOf(cells.map(measure));
      return {
        level,
        density: group.density,
        weights: cells[0].weights,
        trials: cells.length,
        earlyStop: spread((cell) => cell.earlyStop.iteration)!,
        validationLoss: spread((cell) => cell.earlyStop.validationLoss)!,
        testAccuracy: spread((cell) => cell.earlyStop.testAccuracy),
        difference: group.kind === 'dense' ? null : differenceToDense(cells, run.cells),
        others: new Map(
          others.map((kind) => {
            const other = groups.find((candidate) => candidate.kind === kind && candidate.level === level);
            return [kind, spreadOf((other?.cells ?? []).map((cell) => cell.earlyStop.testAccuracy))];
          }),
        ),
        microsecondsPerStep: spread((cell) => cell.microsecondsPerStep)!,
        isWinner: run.winner !== null && isSearched(group.kind) && level === run.winner.level,
      };
    });
}

/** The kinds that stand in columns of their own. */
export function otherKinds(run: RunResult): readonly ReportKind[] {
  const own = searchedKind(run.cells);
  return kindOrder.filter((kind) => kind !== 'dense' && kind !== own && run.cells.some((cell) => cell.kind === kind));
}

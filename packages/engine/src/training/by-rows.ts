import type { Recipe } from '../recipe/recipe.js';
import { nextEvaluation } from './schedule.js';
import type { MetricRow } from './training.js';

/** What rows know of where a training stands. */
interface Standing {
  readonly iteration: number;
  readonly rows: readonly MetricRow[];
  /** Sum of the batches' losses since the last row. */
  lossesSinceRow: number;
  /** Whether the training was ended before its recipe. */
  readonly isStopped?: boolean;
}

/**
 * How a training goes from row to row, by calls into the kernels.
 * @param call trains towards an iteration
 * @param evaluate adds the row of where it stands
 */
export function byRows(
  recipe: Recipe,
  standing: Standing,
  call: (target: number) => void,
  evaluate: (trainLoss: number | null) => MetricRow,
): { advance(): boolean; next(): MetricRow | null } {
  /** The iteration of the next row; null if there is none left. */
  const target = (): number | null => {
    const last = standing.rows.at(-1)?.iteration;
    if (last === undefined) return standing.iteration;
    return standing.isStopped || last === recipe.iterations ? null : nextEvaluation(recipe, last);
  };
  const advance = (): boolean => {
    const end = target();
    if (end !== null && standing.iteration < end) call(end);
    return end !== null && standing.iteration < end;
  };
  return {
    advance,
    next() {
      const end = target();
      if (end === null) return null;
      while (advance());
      const last = standing.rows.at(-1);
      const trainLoss = last === undefined ? null : standing.lossesSinceRow / (end - last.iteration);
      standing.lossesSinceRow = 0;
      return evaluate(trainLoss);
    },
  };
}

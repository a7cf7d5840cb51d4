import type { CellPlan } from '../cells/cell-plan.js';
import { chainSeconds } from '../scheduler/order.js';

/** How far a run is. */
export interface Advance {
  readonly cells: readonly CellPlan[];
  /** The fraction of a cell that is done, 0 to 1. */
  readonly doneOf: (cell: CellPlan) => number;
  /** The estimate of a whole cell. */
  readonly secondsOf: (cell: CellPlan) => number;
  readonly workers: number;
}

/** Seconds until all is done: the work that is left over the workers, but no less than the longest chain of waiting cells. */
export function secondsLeft({ cells, doneOf, secondsOf, workers }: Advance): number {
  const left = (cell: CellPlan) => secondsOf(cell) * (1 - doneOf(cell));
  const work = cells.reduce((sum, cell) => sum + left(cell), 0);
  const longest = Math.max(0, ...chainSeconds(cells, left).values());
  return Math.max(work / workers, longest);
}

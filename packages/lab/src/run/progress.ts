import type { CellPlan } from '../cells/cell-plan.js';
import { secondsLeft } from '../estimate/time-left.js';
import type { RunningCell } from '../scheduler/pool.js';

/** What is known of a run's speed while it runs. */
export interface Progress {
  /** The estimate of a whole cell, before it is started. */
  readonly secondsOf: (cell: CellPlan) => number;
  /** A cell is finished, and its training and evaluations took this time. */
  finished(cell: CellPlan, seconds: number): void;
  /** Estimate for the rest of the run. */
  secondsLeft(): number;
}

/** Corrects the estimates by what finished cells took, and counts what is left. */
export function trackProgress(of: {
  readonly cells: readonly CellPlan[];
  readonly secondsOf: (cell: CellPlan) => number;
  readonly unfinished: ReadonlySet<string>;
  readonly running: ReadonlySet<RunningCell>;
  readonly workers: number;
}): Progress {
  const unfinished = new Set(of.unfinished);
  let expected = 0;
  let measured = 0;

  function doneOf({ name, iterations }: CellPlan): number {
    if (!unfinished.has(name)) return 1;
    for (const { cell, iteration } of of.running) if (cell.name === name) return iteration() / iterations;
    return 0;
  }

  return {
    secondsOf: of.secondsOf,
    finished(cell, seconds) {
      unfinished.delete(cell.name);
      expected += of.secondsOf(cell);
      measured += seconds;
    },
    secondsLeft() {
      const correction = measured > 0 ? measured / expected : 1;
      const { cells, workers, secondsOf } = of;
      return correction * secondsLeft({ cells, workers, doneOf, secondsOf });
    },
  };
}

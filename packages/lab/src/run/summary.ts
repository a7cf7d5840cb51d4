import type { Backend } from '@winnow/engine';
import { findWinner, searchedKind } from '@winnow/tickets';
import { type CellRecord, type CellSummary, summaryOf } from '../cells/cell-record.js';
import type { Experiment } from '../experiment/experiment.js';

/** A run as `--json` prints it. */
export interface RunSummary {
  /** The run folder; null in memory. */
  readonly run: string | null;
  readonly backend: Backend['name'];
  /** null outside the native backend. */
  readonly isa: Backend['isa'];
  readonly cells: readonly CellSummary[];
  /** The sparsest ticket that is no worse than its dense network (see `findWinner`); null if there is none. */
  readonly winner: CellSummary | null;
}

/** The winner among these cells, under the experiment's first schedule. */
export function winnerOf<Cell extends CellRecord>(
  { schedules, earlyBird, levels }: Experiment,
  cells: readonly Cell[],
): Cell | null {
  const kind = searchedKind[schedules[0]];
  // Rounds that stop early, the dense one among them, are nothing to compare with.
  if (earlyBird) return cells.find((cell) => cell.kind === kind && cell.level === levels && levels > 0) ?? null;
  return findWinner(cells, kind);
}

export function summariseRun(
  run: string | null,
  { name, isa }: Pick<Backend, 'name' | 'isa'>,
  experiment: Experiment,
  cells: readonly CellRecord[],
): RunSummary {
  const winner = winnerOf(experiment, cells);
  return { run, backend: name, isa, cells: cells.map(summaryOf), winner: winner && summaryOf(winner) };
}

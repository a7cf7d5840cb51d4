import type { CellKind } from './cells/cell.js';

/** What a winner is judged by. */
export interface JudgedCell {
  readonly kind: CellKind;
  readonly trial: number;
  readonly level: number;
  readonly earlyStop: { readonly iteration: number; readonly validationAccuracy: number };
}

/**
 * The winning ticket: the cell of the sparsest ticket that is no worse than the dense network of its trial in validation
 * accuracy at early stop, and stops no later. It is chosen on validation data alone. Over several trials, the sparsest
 * level at which most of the trials (more than half) have such a ticket, and the first of them by trial. null if there
 * is none.
 *
 * `kind` says which cells are meant as tickets, for searches under another schedule (see `searchedKind`).
 */
export function findWinner<Cell extends JudgedCell>(cells: readonly Cell[], kind: CellKind = 'ticket'): Cell | null {
  const trials = new Set(cells.map(({ trial }) => trial)).size;
  const dense = new Map(cells.filter((cell) => cell.kind === 'dense').map((cell) => [cell.trial, cell]));
  const good = cells.filter((cell) => cell.kind === kind && cell.level >= 1 && isNoWorse(cell, dense.get(cell.trial)));

  const levels = [...new Set(good.map(({ level }) => level))].sort((a, b) => b - a);
  for (const level of levels) {
    const winners = good.filter((cell) => cell.level === level).sort((a, b) => a.trial - b.trial);
    if (2 * winners.length > trials) return winners[0];
  }
  return null;
}

function isNoWorse({ earlyStop }: JudgedCell, dense: JudgedCell | undefined): boolean {
  return (
    dense !== undefined &&
    earlyStop.validationAccuracy >= dense.earlyStop.validationAccuracy &&
    earlyStop.iteration <= dense.earlyStop.iteration
  );
}

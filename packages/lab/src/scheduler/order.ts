import type { CellPlan } from '../cells/cell-plan.js';

/**
 * Puts first what most work waits for: by the longest chain of seconds that starts with the cell, then in the given
 * order. So tickets, on which whole chains depend, come before their controls.
 */
export function byLongestChain(cells: readonly CellPlan[], secondsOf: (cell: CellPlan) => number): readonly CellPlan[] {
  const chain = chainSeconds(cells, secondsOf);
  return [...cells].sort((a, b) => chain.get(b.name)! - chain.get(a.name)!);
}

/** For each cell, the seconds of the longest chain of cells that starts with it and waits for it. */
export function chainSeconds(
  cells: readonly CellPlan[],
  secondsOf: (cell: CellPlan) => number,
): ReadonlyMap<string, number> {
  const after = new Map<string, number>();
  // Cells come after those they depend on, so going backwards meets every dependent first.
  for (const cell of [...cells].reverse()) {
    const seconds = secondsOf(cell) + (after.get(cell.name) ?? 0);
    after.set(cell.name, seconds);
    for (const parent of cell.dependencies) after.set(parent, Math.max(after.get(parent) ?? 0, seconds));
  }
  return after;
}

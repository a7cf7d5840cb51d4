import type { CellResult } from '../input.js';
import { groupCells, isSearched, kindOrder, spreadOf } from '../statistics.js';
import type { DensityMeasure, DensitySeries } from './density-panel.js';

/** One measure of every cell against density, a series for each kind; the dense network begins those found by pruning. */
export function measureByDensity(
  cells: readonly CellResult[],
  measure: (cell: CellResult) => number | null,
): DensityMeasure {
  const groups = groupCells(cells);
  const pointsOf = (kind: CellResult['kind']) =>
    groups
      .filter((group) => group.kind === kind)
      .map((group) => ({ density: group.density, spread: spreadOf(group.cells.map(measure)) }));
  const dense = pointsOf('dense');
  const series = kindOrder
    .filter((kind) => kind !== 'dense')
    .map((kind): DensitySeries => ({ kind, points: isSearched(kind) ? [...dense, ...pointsOf(kind)] : pointsOf(kind) }))
    .filter((candidate) => candidate.points.some((point) => point.density < 1));
  return { series, dense: dense[0]?.spread?.mean ?? null };
}

import { points } from '../report/format.js';
import type { CellResult, ReportKind } from '../report/input.js';
import type { Comparison, Trials } from './verdict.js';

/** Densities further apart than this factor are not the same level. */
const NEAR = 1.35;

/** The level whose density is nearest to one that a paper speaks of; null where none is near. */
export function levelNear(cells: readonly CellResult[], density: number): number | null {
  const far = (cell: CellResult) => Math.max(cell.density / density, density / cell.density);
  const pruned = cells.filter(({ level, kind }) => level > 0 && kind !== 'random');
  const nearest = pruned.reduce<CellResult | null>(
    (best, cell) => (best === null || far(cell) < far(best) ? cell : best),
    null,
  );
  return nearest === null || far(nearest) > NEAR ? null : nearest.level;
}

/** The cells of a kind at a level; none at a level that is not there. */
export function cellsAt<Cell extends CellResult>(
  cells: readonly Cell[],
  kind: ReportKind,
  level: number | null,
): readonly Cell[] {
  return cells.filter((cell) => cell.kind === kind && cell.level === level);
}

export const accuraciesOf = (cells: readonly CellResult[]): Trials =>
  cells.flatMap(({ earlyStop }) => (earlyStop.testAccuracy === null ? [] : [earlyStop.testAccuracy]));

export const stopsOf = (cells: readonly CellResult[]): Trials => cells.map(({ earlyStop }) => earlyStop.iteration);

/** Densities over which criteria and actions are compared: from half of the weights to where every network suffers. */
const BAND = { from: 0.52, to: 0.02 } as const;

/** What decides whether a training counts. */
type Placed = Pick<CellResult, 'kind' | 'level' | 'density'>;

/**
 * Each trial's mean test accuracy over the levels of the band. A trial that lacks one is left out: a search that has not come to
 * its sparse levels yet would look better than it is.
 *
 * @param planned all trainings of the search, finished or not
 */
export function bandAccuracies(cells: readonly CellResult[], planned: readonly Placed[]): Trials {
  const isInBand = ({ kind, density }: Placed) => kind === 'ticket' && density <= BAND.from && density >= BAND.to;
  const levels = new Set(planned.filter(isInBand).map(({ level }) => level)).size;
  const tickets = cells.filter(isInBand);
  const trials = [...new Set(tickets.map(({ trial }) => trial))].sort((a, b) => a - b);
  return trials.flatMap((trial) => {
    const accuracies = accuraciesOf(tickets.filter((cell) => cell.trial === trial));
    return accuracies.length === levels ? [accuracies.reduce((sum, value) => sum + value, 0) / levels] : [];
  });
}

/** "+0.29 points, where 0.14 may be chance". */
export function pointsText(comparison: Comparison | null): string {
  if (comparison === null) return 'not measured';
  return `${points(comparison.difference, 2)} points, where ${(100 * comparison.margin).toFixed(2)} may be chance`;
}

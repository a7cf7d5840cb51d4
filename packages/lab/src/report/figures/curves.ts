import type { ReportCell, ReportRun } from '../input.js';
import { kindNames } from '../palette.js';
import { type Group, groupCells, searchedKind, spreadOf } from '../statistics.js';
import type { Curve, CurvePanel, CurvePoint } from './accuracy-by-iteration.js';

/** The densities that Frankle & Carbin 2019 draw in Figure 3, in two panels. */
const lightly = [0.513, 0.211];
const further = [0.07, 0.036, 0.019];

/** The panels of the figure: the densities nearest to the paper's and the winner's, and the same masks re-initialised. */
export function curvePanels(run: Pick<ReportRun, 'cells' | 'winner'>): readonly CurvePanel[] {
  const groups = groupCells(run.cells);
  const dense = groups.filter((group) => group.kind === 'dense').flatMap(curveOf);
  const own = groups.filter((group) => group.kind === searchedKind(run.cells) && group.level > 0);
  const chosen = chooseGroups(own, run.winner?.level ?? null);
  const panel = (title: string, members: readonly Group<ReportCell>[], isControl: boolean): CurvePanel[] => {
    const curves = members.flatMap(curveOf);
    return curves.length === 0 ? [] : [{ title, curves: [...dense, ...curves], isControl }];
  };
  const reinit = chooseControls(
    groups.filter((group) => group.kind === 'reinit'),
    chosen,
    run.winner?.level ?? null,
  );
  const panels = [
    ...panel(
      'Dense and lightly pruned',
      chosen.filter((group) => group.density > 0.14),
      false,
    ),
    ...panel(
      'Pruned further',
      chosen.filter((group) => group.density <= 0.14),
      false,
    ),
    ...panel(`The same masks, ${kindNames.reinit}`, reinit, true),
  ];
  return panels.length > 0 || dense.length === 0 ? panels : [{ title: 'Dense', curves: dense, isControl: false }];
}

/** For each of the paper's densities the nearest level, where there is one near it; and the winner's level. */
function chooseGroups(groups: readonly Group<ReportCell>[], winner: number | null): readonly Group<ReportCell>[] {
  const near = (target: number) => {
    const far = (group: Group) => Math.max(group.density / target, target / group.density);
    const nearest = groups.reduce<Group<ReportCell> | null>(
      (best, group) => (best === null || far(group) < far(best) ? group : best),
      null,
    );
    return nearest !== null && far(nearest) < 1.35 ? [nearest.level] : [];
  };
  const levels = new Set([...lightly, ...further].flatMap(near));
  if (winner !== null) levels.add(winner);
  if (levels.size < 2) for (const group of groups.slice(0, 3)) levels.add(group.level);
  return groups.filter((group) => levels.has(group.level));
}

/** The controls of the two densest levels drawn, and of the winner's or else the sparsest. */
function chooseControls(
  controls: readonly Group<ReportCell>[],
  drawn: readonly Group<ReportCell>[],
  winner: number | null,
): readonly Group<ReportCell>[] {
  const beside = controls.filter((control) => drawn.some((group) => group.level === control.level));
  const last = beside.find((control) => control.level === winner) ?? beside[beside.length - 1];
  return beside.filter((control, i) => i < 2 || control === last);
}

/** Means at the iterations where every trial and replicate was evaluated on test data; none if there is no such. */
function curveOf(group: Group<ReportCell>): Curve[] {
  const accuracies = group.cells.map(
    (cell) =>
      new Map(
        cell.rows.flatMap((row) => (row.testAccuracy === null ? [] : [[row.iteration, row.testAccuracy] as const])),
      ),
  );
  const shared = [...accuracies[0].keys()].filter((iteration) => accuracies.every((of) => of.has(iteration)));
  const points = shared
    .sort((a, b) => a - b)
    .map((iteration): CurvePoint => {
      const { mean, min, max } = spreadOf(accuracies.map((of) => of.get(iteration)!))!;
      return { iteration, mean, min, max };
    });
  if (points.length === 0) return [];
  const { iteration, testAccuracy } = group.cells[0].earlyStop;
  const single = group.cells.length === 1 && testAccuracy !== null;
  return [{ density: group.density, points, earlyStop: single ? { iteration, accuracy: testAccuracy } : null }];
}

import { accuracyByDensity } from '../../report/figures/accuracy-by-density.js';
import { earlyStopByDensity } from '../../report/figures/early-stop-by-density.js';
import type { ReportFigure } from '../../report/figures/figures.js';
import { measureByDensity } from '../../report/figures/measures.js';
import { accuracyPercent, capitalised, count, densityPercent } from '../../report/format.js';
import type { CellResult, ReportKind } from '../../report/input.js';
import { levelRows, otherKinds } from '../../report/levels.js';
import type { PaperValue } from '../../report/markdown.js';
import { kindNames } from '../../report/palette.js';
import type { Spread } from '../../report/statistics.js';
import { drawn } from '../drawn.js';
import type { TextTable } from '../reproduction.js';
import { lenetPaperValues } from './claims.js';

/** The cells of these kinds, and the dense network. */
export const ofKinds = <Cell extends CellResult>(
  cells: readonly Cell[],
  kinds: readonly ReportKind[],
): readonly Cell[] => cells.filter(({ kind }) => kind === 'dense' || kinds.includes(kind));

/**
 * Early stop and accuracy against density, as Figures 1, 4 and 5 show them side by side.
 * @param network where there are several: by its name the figures are told apart
 */
export function densityFigures(cells: readonly CellResult[], network?: string): readonly ReportFigure[] {
  const named = (name: string) => (network === undefined ? name : `${network}-${name}`);
  const [stops, accuracies] = [named('early-stop-by-density'), named('accuracy-by-density')];
  const of = network === undefined ? '' : `${capitalised(network)}. `;
  const stop = measureByDensity(cells, (cell) => cell.earlyStop.iteration);
  const accuracy = {
    atEarlyStop: measureByDensity(cells, (cell) => cell.earlyStop.testAccuracy),
    atEnd: measureByDensity(cells, (cell) => cell.final.testAccuracy),
  };
  return [
    ...drawn(stops, `${of}How soon each network learns: the iteration of its least validation loss.`, (layout) =>
      earlyStopByDensity(stop, layout, stops),
    ),
    ...drawn(accuracies, `${of}Test accuracy where each network stops early, and where training ends.`, (layout) =>
      accuracyByDensity(accuracy, layout, accuracies),
    ),
  ];
}

/**
 * Level by level, the paper's words beside. Its levels are those of its own rate a round; others have no paper's value.
 * @param before the caption's beginning
 */
export function levelsTable(
  cells: readonly CellResult[],
  isPapersRate: boolean,
  paperValues: readonly PaperValue[] = lenetPaperValues,
  before = '',
): TextTable {
  const run = { cells, winner: null };
  const others = otherKinds(run);
  return {
    caption: `${before}Means over trials at early stop, the range in brackets.`,
    header: ['Level', 'Density', 'Early stop', 'Test accuracy', ...others.map((kind) => kindNames[kind]), 'The paper'],
    rows: levelRows(run).map((row) => {
      const said = isPapersRate ? paperValues.find(({ level }) => level === row.level) : undefined;
      return [
        `${row.level}`,
        densityPercent(row.density),
        ranged(row.earlyStop, count),
        ranged(row.testAccuracy, accuracyPercent),
        ...others.map((kind) => ranged(row.others.get(kind) ?? null, accuracyPercent)),
        said === undefined ? '' : `${said.says} (${said.source})`,
      ];
    }),
  };
}

function ranged(spread: Spread | null, show: (value: number) => string): string {
  if (spread === null) return '';
  if (spread.count === 1) return show(spread.mean);
  return `${show(spread.mean)} (${show(spread.min).replace(' %', '')}–${show(spread.max).replace(' %', '')})`;
}

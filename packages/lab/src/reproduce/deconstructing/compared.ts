import { accuracyText } from '../../report/accuracy-text.js';
import type { ReportFigure } from '../../report/figures/figures.js';
import { measureByDensity } from '../../report/figures/measures.js';
import { type NamedPanel, namedSeries } from '../../report/figures/named-series.js';
import { densityPercent } from '../../report/format.js';
import type { CellResult } from '../../report/input.js';
import { drawn } from '../drawn.js';
import { accuraciesOf, bandAccuracies, cellsAt, levelNear } from '../measured.js';
import type { Available, TextTable } from '../reproduction.js';
import type { Trials } from '../verdict.js';

/** A search among others, by what tells it from them. */
export interface Compared {
  readonly label: string;
  readonly cells: readonly CellResult[];
  /** Each trial's mean accuracy from 52 to 2 % of the weights. */
  readonly band: Trials;
}

/** What is finished of these runs. */
export async function comparedRuns(
  { run }: Available,
  named: readonly { readonly label: string; readonly run: string }[],
): Promise<readonly Compared[]> {
  return Promise.all(
    named.map(async ({ label, run: name }) => {
      const { cells = [], planned = [] } = (await run(name)) ?? {};
      return { label, cells, band: bandAccuracies(cells, planned) };
    }),
  );
}

/** Accuracy against density, a panel for each group of labels. */
export function comparedFigure(
  name: string,
  caption: string,
  compared: readonly Compared[],
  panels: readonly { readonly title: string; readonly labels: readonly string[] }[],
): readonly ReportFigure[] {
  const dense = accuraciesOf(compared.flatMap(({ cells }) => cellsAt(cells, 'dense', 0)));
  const lowest = dense.length === 0 ? 0 : Math.min(...dense) - DEPTH;
  const seriesOf = (label: string) => {
    const cells = compared.find((one) => one.label === label)?.cells ?? [];
    const { series } = measureByDensity(cells, (cell) => cell.earlyStop.testAccuracy);
    return { label, points: series.find(({ kind }) => kind === 'ticket')?.points ?? [] };
  };
  const drawnPanels: readonly NamedPanel[] = panels.map(({ title, labels }) => ({
    title,
    series: labels.map(seriesOf),
  }));
  return drawn(name, caption, (layout) => namedSeries({ name, title: caption, panels: drawnPanels, lowest }, layout));
}

/** How far below the dense network figures reach. */
const DEPTH = 0.06;

const shown = [0.513, 0.211, 0.107, 0.07, 0.036, 0.019, 0.01] as const;

/** A row for each search: accuracies at some densities, the mean over the band, and what the paper says. */
export function comparedTable(
  caption: string,
  compared: readonly Compared[],
  what: string,
  paper: (label: string) => string,
): TextTable {
  const any = compared.find(({ cells }) => cells.length > 1)?.cells ?? [];
  const levels = [...new Set(shown.map((density) => levelNear(any, density)))].filter((level) => level !== null);
  const densityAt = (level: number) => densityPercent(cellsAt(any, 'ticket', level)[0].density);
  return {
    caption: `${caption} Test accuracy at early stop, means over trials with their range; “52–2 %” is the mean over all levels between.`,
    header: [what, ...levels.map(densityAt), '52–2 %', 'Trials', 'The paper'],
    rows: compared.map(({ label, cells, band }) => [
      label,
      ...levels.map((level) => accuracyText(accuraciesOf(cellsAt(cells, 'ticket', level)))),
      accuracyText(band),
      `${band.length}`,
      paper(label),
    ]),
  };
}

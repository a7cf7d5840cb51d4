import { accuracyPercent, densityPercent } from '../format.js';
import { kindNames } from '../palette.js';
import { accuracyAxis, type Domain } from './accuracy-axis.js';
import { type DensityMeasure, densitiesOf, densityLegend, densityPanel, isDrawable } from './density-panel.js';
import { drawFigure, type Layout } from './figure.js';

/** Test accuracy against density, at early stop and when training ends (Frankle & Carbin 2019, Figures 1 and 4). */
export function accuracyByDensity(
  measures: { readonly atEarlyStop: DensityMeasure; readonly atEnd: DensityMeasure },
  layout: Layout,
  name = 'accuracy-by-density',
): string | null {
  const { atEarlyStop, atEnd } = measures;
  const both = [atEarlyStop, atEnd].filter((measure) => isDrawable([measure]));
  if (both.length === 0) return null;
  const domain = accuracyDomain(both);
  const look = { measure: 'Test accuracy (%)', domain, ticks: 6, y: accuracyAxis(domain) };
  const titles = new Map([
    [atEarlyStop, 'At early stop'],
    [atEnd, 'At the end of training'],
  ]);
  const densities = densitiesOf(both);
  return drawFigure(
    {
      name,
      title: 'Test accuracy against density',
      description: both.map((measure) => `${titles.get(measure)}: ${describe(measure)}`).join(' '),
      panels: both.map((measure) => densityPanel(measure, densities, { ...look, title: titles.get(measure)! })),
      legend: densityLegend(both),
      panelHeight: { wide: 360, narrow: 300 },
    },
    layout,
  );
}

/**
 * All of the pruned network's values, and of its controls' as many as leave its own course readable: a control that
 * falls further leaves the frame, and the panel says how many values do.
 */
function accuracyDomain(measures: readonly DensityMeasure[]): Domain {
  const values = (of: readonly DensityMeasure['series'][number][]) =>
    of.flatMap((series) => series.points.flatMap(({ spread }) => (spread === null ? [] : [spread.min, spread.max])));
  const all = measures.flatMap((measure) => measure.series);
  const dense = measures.flatMap((measure) => (measure.dense === null ? [] : [measure.dense]));
  const everything = [...values(all), ...dense];
  const own = [...values(all.filter((series) => series.kind === all[0].kind)), ...dense];
  const highest = Math.max(...everything);
  const lowestOwn = Math.min(...own);
  const lowest = Math.max(Math.min(...everything), lowestOwn - 1.5 * (highest - lowestOwn) - 0.005);
  const margin = 0.05 * (highest - lowest) + 0.0005;
  return [Math.max(0, lowest - margin), Math.min(1, highest + margin)];
}

function describe(measure: DensityMeasure): string {
  const dense = measure.dense === null ? [] : [`the dense network reaches ${accuracyPercent(measure.dense)}`];
  const best = measure.series.flatMap((series) => {
    const measured = series.points.filter((point) => point.spread !== null);
    if (measured.length === 0) return [];
    const highest = measured.reduce((a, b) => (b.spread!.mean > a.spread!.mean ? b : a));
    const sparsest = measured[measured.length - 1];
    return [
      `${kindNames[series.kind]}: best ${accuracyPercent(highest.spread!.mean)} at ${densityPercent(highest.density)}, ` +
        `${accuracyPercent(sparsest.spread!.mean)} at ${densityPercent(sparsest.density)}`,
    ];
  });
  return `${[...dense, ...best].join('; ')}.`;
}

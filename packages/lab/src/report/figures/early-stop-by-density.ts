import { densityPercent } from '../format.js';
import { kindNames } from '../palette.js';
import { type DensityMeasure, densitiesOf, densityLegend, densityPanel, isDrawable } from './density-panel.js';
import { drawFigure, type Layout } from './figure.js';

/** How soon each network learns: its early-stop iteration against its density (Frankle & Carbin 2019, Figures 1 and 4a). */
export function earlyStopByDensity(
  measure: DensityMeasure,
  layout: Layout,
  name = 'early-stop-by-density',
): string | null {
  if (!isDrawable([measure])) return null;
  const highest = Math.max(
    measure.dense ?? 0,
    ...measure.series.flatMap((series) => series.points.map((point) => point.spread?.max ?? 0)),
  );
  const domain = [0, 1.05 * highest] as const;
  const panel = densityPanel(measure, densitiesOf([measure]), {
    title: null,
    measure: 'Early-stop iteration (thousands)',
    domain,
    ticks: layout === 'wide' ? 11 : 6,
    y: {
      label: null,
      domain,
      grid: true,
      ticks: 6,
      tickFormat: (iteration: number) => `${iteration / 1000}`,
    },
  });
  return drawFigure(
    {
      name,
      title: 'Early-stop iteration against density',
      description: describe(measure),
      panels: [panel],
      legend: densityLegend([measure]),
      panelHeight: { wide: 360, narrow: 290 },
    },
    layout,
  );
}

function describe(measure: DensityMeasure): string {
  const dense = measure.dense === null ? [] : [`The dense network stops at iteration ${Math.round(measure.dense)}`];
  const fastest = measure.series.map((series) => {
    const measured = series.points.filter((point) => point.spread !== null);
    const best = measured.reduce((a, b) => (b.spread!.mean < a.spread!.mean ? b : a));
    return `${kindNames[series.kind]}: soonest at ${densityPercent(best.density)}, iteration ${Math.round(best.spread!.mean)}`;
  });
  return `${[...dense, ...fastest].join('. ')}.`;
}

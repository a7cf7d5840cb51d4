import { dot, frame, line } from '@observablehq/plot';
import { drawFigure, type Layout } from '../report/figures/figure.js';
import type { LegendEntry } from '../report/figures/legend.js';
import { densityInk } from '../report/palette.js';
import { type ConnectSummary, connectSentence } from './connectivity.js';

/** Test error along each line, as SVG: the earlier the two trainings part, the darker. */
export function connectFigure({ connections }: Pick<ConnectSummary, 'connections'>, layout: Layout): string {
  const iterations = [...new Set(connections.map(({ from }) => from))];
  const inks = iterations.map((_, i) => densityInk(i + 1, iterations.length));
  const lines = connections.map(({ from, line: places }) => ({
    ink: inks[iterations.indexOf(from)],
    points: places.map(({ at, testAccuracy }) => ({ at, error: 100 * (1 - testAccuracy) })),
  }));
  return drawFigure(
    {
      name: 'connect',
      title: 'Test error on the line between two trainings',
      description: connectSentence({ connections }),
      panels: [
        {
          title: null,
          measure: 'Test error (%)',
          legend: [],
          plot: {
            x: { label: 'Place on the line', labelArrow: 'none', labelAnchor: 'center', ticks: 6 },
            y: { label: null, grid: true, ticks: 6 },
            marks: [
              frame({ strokeOpacity: 0.25 }),
              ...lines.flatMap(({ ink, points }) => {
                const look = { x: 'at', y: 'error', className: `ink-${ink.name}`, stroke: ink.light };
                return [line(points, { ...look, strokeWidth: 2 }), dot(points, { ...look, r: 2, fill: ink.light })];
              }),
            ],
          },
        },
      ],
      legend: iterations.map(
        (from, i): LegendEntry => ({ label: `from ${from}`, ink: inks[i], dash: 'none', symbol: 'circle' }),
      ),
      panelHeight: { wide: 400, narrow: 320 },
    },
    layout,
  );
}

import { frame, text } from '@observablehq/plot';
import { densityPercent, plural } from '../format.js';
import { kindLooks, type Look } from '../palette.js';
import { accuracyAxis, type Domain } from './accuracy-axis.js';
import { type DensityPoint, densityAxis, drawRanges, drawSeries, spacedDensities } from './density-panel.js';
import { drawFigure, type Layout } from './figure.js';
import type { LegendEntry } from './legend.js';

/** A line of a panel that has a name of its own, such as a criterion. */
export interface NamedSeries {
  readonly label: string;
  /** Densest first. */
  readonly points: readonly DensityPoint[];
}

export interface NamedPanel {
  readonly title: string;
  /** At most six, drawn in this order, the first above the others. */
  readonly series: readonly NamedSeries[];
}

/** The looks of a panel's lines, the most important first. */
const looks: readonly Look[] = [
  kindLooks.ticket,
  kindLooks.random,
  kindLooks.reinit,
  kindLooks['one-shot'],
  kindLooks.continued,
  { ...kindLooks.dense, dash: '4 2' },
];

/** Test accuracy against density for things of any name: a key in each panel, all panels over the same densities and accuracies. */
export function namedSeries(
  of: {
    readonly name: string;
    readonly title: string;
    readonly panels: readonly NamedPanel[];
    /** Accuracies further down leave the frame, and panels say how many do. */
    readonly lowest?: number;
    readonly measure?: string;
  },
  layout: Layout,
): string | null {
  const panels = of.panels.filter(({ series }) => series.some(isDrawn));
  const points = panels.flatMap(({ series }) => series.flatMap((one) => one.points));
  const measured = points.filter((point) => point.spread !== null);
  if (new Set(measured.map(({ density }) => density)).size < 2) return null;
  const densities = [...new Set(points.map(({ density }) => density))].sort((a, b) => b - a);
  const highest = Math.max(...measured.map(({ spread }) => spread!.max));
  const least = Math.min(...measured.map(({ spread }) => spread!.min));
  const lowest = Math.max(least, of.lowest ?? 0);
  const margin = 0.05 * (highest - lowest) + 0.0005;
  const domain: Domain = [Math.max(0, lowest - margin), Math.min(1, highest + margin)];
  return drawFigure(
    {
      name: of.name,
      title: of.title,
      description: panels.map(described).join(' '),
      panels: panels.map(({ title, series }) => {
        const drawn = series.filter(isDrawn);
        const below = drawn
          .flatMap((one) => one.points)
          .filter(({ spread }) => spread !== null && spread.mean < domain[0]);
        return {
          title,
          measure: of.measure ?? 'Test accuracy at early stop (%)',
          legend: drawn.map((one, i): LegendEntry => ({ ...looks[i], label: one.label })),
          legendAt: 'above' as const,
          plot: {
            x: { type: 'log' as const, domain: [densities[0], densities[densities.length - 1]], inset: 10, axis: null },
            y: accuracyAxis(domain),
            marks: [
              densityAxis(spacedDensities(densities, panels.length > 1 ? 6 : layout === 'wide' ? 12 : 6)),
              frame({ strokeOpacity: 0.25 }),
              ...drawn.map((one, i) => drawRanges(one.points, looks[i], domain, 0)),
              ...drawn.flatMap((one, i) => drawSeries(one.points, looks[i], domain, 0)).reverse(),
              below.length === 0
                ? null
                : text([`↓ ${plural(below.length, 'value')} below`], {
                    frameAnchor: 'bottom-right',
                    dx: -6,
                    dy: -6,
                    fillOpacity: 0.7,
                  }),
            ],
          },
        };
      }),
      legend: [],
      panelHeight: { wide: panels.length > 1 ? 400 : 440, narrow: 400 },
      columns: { wide: Math.min(2, panels.length), narrow: 1 },
    },
    layout,
  );
}

const isDrawn = ({ points }: NamedSeries): boolean => points.some(({ spread }) => spread !== null);

function described({ title, series }: NamedPanel): string {
  const lines = series.filter(isDrawn).map(({ label, points }) => {
    const last = points.filter(({ spread }) => spread !== null).at(-1)!;
    return `${label} ${(100 * last.spread!.mean).toFixed(2)} % at ${densityPercent(last.density)}`;
  });
  return `${title}: ${lines.join(', ')}.`;
}

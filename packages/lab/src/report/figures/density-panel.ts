import { axisX, dot, frame, line, type Markish, ruleX, ruleY, type ScaleOptions, text } from '@observablehq/plot';
import { densityNumber, plural } from '../format.js';
import type { ReportKind } from '../input.js';
import { kindLooks, kindNames, type Look } from '../palette.js';
import type { Spread } from '../statistics.js';
import type { Domain } from './accuracy-axis.js';
import { cutAt } from './cut.js';
import type { Panel } from './figure.js';
import type { LegendEntry } from './legend.js';

/** A measure at one density; null where it was not measured: a gap in the line. */
export interface DensityPoint {
  readonly density: number;
  readonly spread: Spread | null;
}

/** One kind of network over all densities, densest first. */
export interface DensitySeries {
  readonly kind: ReportKind;
  readonly points: readonly DensityPoint[];
}

/** A measure against density: one line a kind, and the dense network as a level to compare with. */
export interface DensityMeasure {
  readonly series: readonly DensitySeries[];
  /** Its mean over trials. */
  readonly dense: number | null;
}

/** The densities of all series, densest first. */
export function densitiesOf(measures: readonly DensityMeasure[]): readonly number[] {
  const all = measures.flatMap((measure) =>
    measure.series.flatMap((series) => series.points.map((point) => point.density)),
  );
  return [...new Set(all)].sort((a, b) => b - a);
}

/** Whether anything was measured at two densities at least: less is no figure. */
export function isDrawable(measures: readonly DensityMeasure[]): boolean {
  const points = measures.flatMap((measure) => measure.series.flatMap((series) => series.points));
  return new Set(points.filter((point) => point.spread !== null).map((point) => point.density)).size >= 2;
}

/** A panel with density on a logarithmic axis, 100 % at the left, means as symbols and the range over trials as bars. */
export function densityPanel(
  measure: DensityMeasure,
  densities: readonly number[],
  look: {
    readonly title: string | null;
    readonly measure: string;
    readonly y: ScaleOptions;
    readonly domain: Domain;
    readonly ticks: number;
  },
): Panel {
  const [low] = look.domain;
  const kinds = measure.series.length;
  const below = measure.series
    .flatMap((series) => series.points)
    .filter((point) => point.spread !== null && point.spread.mean < low);
  return {
    title: look.title,
    measure: look.measure,
    legend: [],
    plot: {
      x: { type: 'log', domain: [densities[0], densities[densities.length - 1]], inset: 10, axis: null },
      y: look.y,
      marks: [
        densityAxis(spacedDensities(densities, look.ticks)),
        frame({ strokeOpacity: 0.25 }),
        denseRule(measure.dense),
        ...measure.series.map((series, i) =>
          drawRanges(series.points, kindLooks[series.kind], look.domain, shift(i, kinds)),
        ),
        ...measure.series.flatMap((series, i) =>
          drawSeries(series.points, kindLooks[series.kind], look.domain, shift(i, kinds)),
        ),
        below.length === 0
          ? null
          : text([`↓ ${plural(below.length, 'value')} below`], {
              frameAnchor: 'bottom-left',
              dx: 6,
              dy: -6,
              fillOpacity: 0.7,
            }),
      ],
    },
  };
}

/** The key of the kinds drawn, the dense network first. */
export function densityLegend(measures: readonly DensityMeasure[]): readonly LegendEntry[] {
  const kinds = new Set(measures.flatMap((measure) => measure.series.map((series) => series.kind)));
  const dense = measures.some((measure) => measure.dense !== null);
  const entries = [...kinds].map((kind) => ({ ...kindLooks[kind], label: kindNames[kind] }));
  return dense ? [{ ...kindLooks.dense, label: kindNames.dense, symbol: null }, ...entries] : entries;
}

/** At most `most` of the densities, evenly spaced in level as a round of pruning makes them, from the densest on. */
export function spacedDensities(densities: readonly number[], most: number): readonly number[] {
  const step = Math.ceil((densities.length - 1) / (most - 1));
  return densities.filter((_, i) => i % step === 0);
}

/** The densities themselves as ticks. Their text is a channel, since a logarithmic scale leaves out labels that it deems too many. */
export function densityAxis(ticks: readonly number[]): Markish {
  return axisX(ticks, {
    text: densityNumber,
    label: 'Weights remaining (%)',
    labelArrow: 'none',
    labelAnchor: 'center',
  });
}

/** Pixels by which a kind stands aside, so that bars do not hide each other. */
function shift(i: number, kinds: number): number {
  return 2.5 * (i - (kinds - 1) / 2);
}

function denseRule(dense: number | null): Markish {
  if (dense === null) return null;
  const { ink, dash } = kindLooks.dense;
  return ruleY([dense], {
    className: `ink-${ink.name}`,
    stroke: ink.light,
    strokeWidth: 1.5,
    strokeDasharray: dash,
  });
}

/** Bars end at the frame. */
export function drawRanges(points: readonly DensityPoint[], { ink }: Look, [low, high]: Domain, dx: number): Markish {
  const ranges = points.flatMap(({ density, spread }) =>
    spread === null || spread.count === 1 || spread.max <= low
      ? []
      : [{ density, from: Math.max(low, spread.min), to: Math.min(high, spread.max) }],
  );
  const colour = { className: `ink-${ink.name}`, stroke: ink.light, strokeOpacity: 0.55, strokeWidth: 1.5 };
  return ruleX(ranges, { ...colour, x: 'density', y1: 'from', y2: 'to', dx });
}

/** Means, joined where nothing is missing between them; the line may leave the frame, a symbol outside is not drawn. */
export function drawSeries(
  points: readonly DensityPoint[],
  { ink, symbol, dash }: Look,
  [low, high]: Domain,
  dx: number,
): Markish[] {
  const means = points.map(({ density, spread }) => ({
    log: Math.log(density),
    mean: spread?.mean ?? Number.NaN,
  }));
  const inside = ({ mean }: { readonly mean: number }) => mean >= low && mean <= high;
  const cut = cutAt(means, ['mean'], low).map((point) => (inside(point) ? point : { ...point, mean: Number.NaN }));
  const colour = { className: `ink-${ink.name}`, stroke: ink.light };
  const place = { x: (point: { readonly log: number }) => Math.exp(point.log), y: 'mean', dx } as const;
  return [
    line(cut, { ...colour, ...place, strokeWidth: 2, strokeDasharray: dash }),
    dot(means.filter(inside), { ...colour, ...place, fill: ink.light, r: 3, symbol }),
  ];
}

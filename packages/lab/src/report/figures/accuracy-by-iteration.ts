import { areaY, dot, frame, line, type Markish } from '@observablehq/plot';
import { densityPercent } from '../format.js';
import { densityInk, type Ink } from '../palette.js';
import { accuracyAxis, type Domain } from './accuracy-axis.js';
import { cutAt } from './cut.js';
import { drawFigure, framePadding, type Layout, type Panel } from './figure.js';
import { type LegendEntry, lineHeight } from './legend.js';

/** Test accuracy at an iteration, over trials and replicates. */
export interface CurvePoint {
  readonly iteration: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** One line of the figure. */
export interface Curve {
  readonly density: number;
  readonly points: readonly CurvePoint[];
  /** Where a single training stops early; null for a mean of several. */
  readonly earlyStop: { readonly iteration: number; readonly accuracy: number } | null;
}

/** The lines that share one system of axes. */
export interface CurvePanel {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Controls are dashed, as they are in the other figures. */
  readonly isControl: boolean;
}

const panelHeight = { wide: 330, narrow: 310 } as const;

/** Test accuracy over the iterations of training, a line for each density (Frankle & Carbin 2019, Figure 3). */
export function accuracyByIteration(panels: readonly CurvePanel[], layout: Layout): string | null {
  const curves = panels.flatMap((panel) => panel.curves);
  if (curves.length === 0) return null;
  const pruned = [...new Set(curves.map((curve) => curve.density))]
    .filter((density) => density < 1)
    .sort((a, b) => b - a);
  const inkOf = (density: number) => densityInk(pruned.indexOf(density) + 1, pruned.length);
  const keyHeight = lineHeight * Math.max(...panels.map((panel) => panel.curves.length));
  const domain = accuracyDomain(
    curves,
    (keyHeight + 16) / (panelHeight[layout] - framePadding.titled - framePadding.below),
  );
  return drawFigure(
    {
      name: 'accuracy-by-iteration',
      title: 'Test accuracy over the iterations of training',
      description: describe(panels),
      panels: panels.map((panel) => drawCurves(panel, inkOf, domain)),
      legend: [],
      panelHeight,
    },
    layout,
  );
}

function drawCurves(panel: CurvePanel, inkOf: (density: number) => Ink, domain: Domain): Panel {
  const dash = (curve: Curve) => (panel.isControl && curve.density < 1 ? '6 3' : 'none');
  const bands = panel.curves.map((curve) => drawBand(curve, inkOf(curve.density), domain));
  const lines = panel.curves.flatMap((curve) => drawLine(curve, inkOf(curve.density), dash(curve), domain));
  const legend: LegendEntry[] = panel.curves.map((curve) => ({
    label: curve.density === 1 ? 'dense' : densityPercent(curve.density),
    ink: inkOf(curve.density),
    dash: dash(curve),
    symbol: null,
  }));
  return {
    title: panel.title,
    measure: 'Test accuracy (%)',
    legend,
    plot: {
      x: {
        domain: iterationDomain(panel.curves),
        label: 'Iterations (thousands)',
        labelArrow: false,
        labelAnchor: 'center',
        ticks: 5,
        tickFormat: (iteration: number) => `${iteration / 1000}`,
      },
      y: accuracyAxis(domain),
      marks: [frame({ strokeOpacity: 0.25 }), ...bands, ...lines],
    },
  };
}

/** From the least to the greatest over trials; nothing for a single training. */
function drawBand(curve: Curve, ink: Ink, [low]: Domain): Markish {
  if (curve.points.every((point) => point.min === point.max)) return null;
  const lifted = cutAt(curve.points, ['min', 'max'], low).map(({ iteration, min, max }) => ({
    iteration,
    min: Math.max(low, min),
    max: max < low ? Number.NaN : max,
  }));
  const colour = { className: `ink-${ink.name}`, fill: ink.light, fillOpacity: 0.14 };
  return areaY(lifted, { ...colour, x: 'iteration', y1: 'min', y2: 'max' });
}

/** A line leaves the frame where its start is steep; a ring outside the frame is not drawn. */
function drawLine(curve: Curve, ink: Ink, dash: string, [low]: Domain): Markish[] {
  const colour = { className: `ink-${ink.name}`, stroke: ink.light };
  const inside = cutAt(curve.points, ['mean'], low).map(({ iteration, mean }) => ({
    iteration,
    mean: mean < low ? Number.NaN : mean,
  }));
  const rings = curve.earlyStop !== null && curve.earlyStop.accuracy >= low ? [curve.earlyStop] : [];
  const ring = { r: 4, strokeWidth: 2, fill: '#fff', className: `ink-${ink.name} hollow` };
  return [
    line(inside, { ...colour, x: 'iteration', y: 'mean', strokeWidth: 1.8, strokeDasharray: dash }),
    dot(rings, { ...colour, ...ring, x: 'iteration', y: 'accuracy' }),
  ];
}

/** The iterations that the curves span, also where they begin under the frame. */
function iterationDomain(curves: readonly Curve[]): Domain {
  const iterations = curves.flatMap((curve) => curve.points.map((point) => point.iteration));
  return [Math.min(...iterations), Math.max(...iterations)];
}

/**
 * From just above the best value down to where the worst line ends, and below it `room`, a part of the frame, for the
 * key: steep starts leave the frame. A line that ends more than six points under the best one does so too.
 */
function accuracyDomain(curves: readonly Curve[], room: number): Domain {
  const best = Math.max(...curves.flatMap((curve) => curve.points.map((point) => point.max)));
  const ends = curves.map((curve) => curve.points[curve.points.length - 1].min);
  const lowest = Math.max(Math.min(...ends), best - 0.06);
  const top = best + 0.06 * (best - lowest) + 0.0005;
  return [Math.max(0, top - (top - lowest) / (1 - room)), Math.min(1, top)];
}

function describe(panels: readonly CurvePanel[]): string {
  const parts = panels.map((panel) => {
    const ends = panel.curves.map((curve) => {
      const last = curve.points[curve.points.length - 1];
      return `${densityPercent(curve.density)} of the weights reach ${(100 * last.mean).toFixed(2)} % at iteration ${last.iteration}`;
    });
    return `${panel.title}: ${ends.join(', ')}`;
  });
  return `${parts.join('. ')}.`;
}

import { contour, dot, frame, type Markish, ruleX, ruleY } from '@observablehq/plot';
import { densityPercent } from '../format.js';
import type { CriterionPlane } from '../input.js';
import { kindLooks } from '../palette.js';
import type { Domain } from './accuracy-axis.js';
import { drawFigure, type Layout, type Panel } from './figure.js';

/** Weights drawn in a panel: enough to see their cloud, few enough for a small file. */
const SHOWN = { few: 500, many: 240 } as const;
/** Weights by which the axes are chosen. */
const LOOKED_AT = 50_000;
/** Pixels between the points at which a region is looked at. */
const GRID = 2;

/**
 * Weights in the (wi, wf) plane with the region that a criterion keeps (Zhou et al. 2019, Figure 1): a panel for each layer or
 * criterion, all with the same axes. Of many weights an even part is drawn.
 */
export function criterionPlane(
  planes: readonly CriterionPlane[],
  layout: Layout,
  name = 'criterion-plane',
): string | null {
  if (planes.length === 0) return null;
  const many = planes.length > 4;
  // Criteria are compared on the same weights, which need be looked through once.
  const domains = new Map<ArrayLike<number>, Domain>();
  const domainOf = (values: ArrayLike<number>): Domain => {
    const known = domains.get(values) ?? symmetric(values);
    domains.set(values, known);
    return known;
  };
  const columns = { wide: many ? 4 : planes.length, narrow: many ? 2 : 1 };
  const svg = drawFigure(
    {
      name,
      title: 'What the criterion keeps, by first and last value',
      description: planes
        .map(
          ({ title, density, region }) =>
            `${title}: ${densityPercent(density)} kept${region === null ? ', at any place' : ''}`,
        )
        .join('; '),
      panels: planes.map((plane) =>
        planePanel(
          plane,
          many ? { points: SHOWN.many, ticks: 2, domainOf } : { points: SHOWN.few, ticks: 4, domainOf },
        ),
      ),
      legend: [
        { label: 'kept', ink: kindLooks.ticket.ink, dash: null, symbol: 'circle' },
        { label: 'pruned', ink: kindLooks.dense.ink, dash: null, symbol: 'circle' },
      ],
      panelHeight: many ? { wide: 290, narrow: 268 } : { wide: 355, narrow: 400 },
      columns,
    },
    layout,
  );
  return withoutStraightPoints(svg);
}

interface Point {
  readonly initial: number;
  readonly final: number;
}

interface Shown {
  readonly points: number;
  readonly ticks: number;
  readonly domainOf: (values: ArrayLike<number>) => Domain;
}

function planePanel(plane: CriterionPlane, shown: Shown): Panel {
  const domains = { x: shown.domainOf(plane.initial), y: shown.domainOf(plane.final) };
  const places = spread(plane.initial.length, shown.points);
  const inside = ([low, high]: Domain, value: number) => value >= low && value <= high;
  const points = (isKept: boolean): readonly Point[] =>
    places
      .filter((i) => (plane.kept[i] !== 0) === isKept)
      .map((i) => ({ initial: plane.initial[i], final: plane.final[i] }))
      .filter(({ initial, final }) => inside(domains.x, initial) && inside(domains.y, final));
  const axis = { label: null, ticks: shown.ticks } as const;
  return {
    title: plane.title,
    measure: 'Last value',
    legend: [],
    plot: {
      x: { ...axis, domain: domains.x, label: 'First value', labelArrow: false, labelAnchor: 'center' },
      y: { ...axis, domain: domains.y },
      marks: [
        drawRegion(plane, domains),
        frame({ strokeOpacity: 0.25 }),
        ruleX([0], { strokeOpacity: 0.25 }),
        ruleY([0], { strokeOpacity: 0.25 }),
        drawPoints(points(false), 'dense'),
        drawPoints(points(true), 'ticket'),
      ],
    },
  };
}

function drawPoints(points: readonly Point[], kind: 'dense' | 'ticket'): Markish {
  const { ink } = kindLooks[kind];
  const look = { className: `ink-${ink.name}`, fill: ink.light, fillOpacity: kind === 'dense' ? 0.55 : 0.85, r: 1.3 };
  return dot(points, { ...look, x: 'initial', y: 'final' });
}

function drawRegion({ region }: CriterionPlane, domains: { readonly x: Domain; readonly y: Domain }): Markish {
  if (region === null) return null;
  const { ink } = kindLooks.ticket;
  return contour({
    className: `ink-${ink.name}`,
    fill: ink.light,
    fillOpacity: 0.16,
    stroke: 'none',
    value: (x: number, y: number) => (region(x, y) ? 1 : 0),
    x1: domains.x[0],
    x2: domains.x[1],
    y1: domains.y[0],
    y2: domains.y[1],
    thresholds: [0.5],
    pixelSize: GRID,
  } as Parameters<typeof contour>[0] & object);
}

/** All but one weight in five hundred, and as far on the other side of 0. */
function symmetric(values: ArrayLike<number>): Domain {
  const places = spread(values.length, LOOKED_AT);
  // A plain loop: Float64Array.from takes a call for each, fifty thousand times.
  const sizes = new Float64Array(places.length);
  for (let at = 0; at < sizes.length; at++) sizes[at] = Math.abs(values[places[at]]);
  sizes.sort();
  const most = sizes[Math.floor(0.998 * (sizes.length - 1))] || 1;
  return [-1.05 * most, 1.05 * most];
}

/** About `shown` places of `count`, spread evenly but by no period that rows or columns could have. */
function spread(count: number, shown: number): readonly number[] {
  const bound = (shown / count) * 0x1_0000_0000;
  const places: number[] = [];
  for (let i = 0; i < count; i++) if (Math.imul(i + 1, 0x9e3779b1) >>> 0 < bound) places.push(i);
  return places;
}

/** Closed outlines without the points that lie on a straight line between their neighbours, of which regions have hundreds. */
function withoutStraightPoints(svg: string): string {
  return svg.replace(/ d="(M[^"]*Z)"/g, (_, path: string) => ` d="${path.split('Z').map(straightened).join('Z')}"`);
}

function straightened(outline: string): string {
  if (outline === '') return '';
  const points = outline
    .slice(1)
    .split('L')
    .map((point) => point.split(',').map(Number));
  const bends = points.filter(([x, y], i) => {
    if (i === 0 || i === points.length - 1) return true;
    const [before, after] = [points[i - 1], points[i + 1]];
    const across = (x - before[0]) * (after[1] - y) - (y - before[1]) * (after[0] - x);
    return Math.abs(across) > 0.05;
  });
  return `M${bends.map((point) => point.join(',')).join('L')}`;
}

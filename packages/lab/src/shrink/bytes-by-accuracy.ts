import { axisX, dot, frame, line, type Markish, ruleY, text } from '@observablehq/plot';
import { accuracyAxis, type Domain } from '../report/figures/accuracy-axis.js';
import { drawFigure, type Layout, type Panel } from '../report/figures/figure.js';
import type { LegendEntry } from '../report/figures/legend.js';
import { accuracyPercent, count } from '../report/format.js';
import { kindLooks, type Look } from '../report/palette.js';
import { paretoFront, type ShrinkFile, type ShrinkKind } from './shrink-result.js';

/** The files of one search. */
export interface ShrinkSeries {
  /** What sets it apart from the others; null where there are no others. */
  readonly label: string | null;
  readonly files: readonly ShrinkFile[];
}

/** What somebody else published: bytes, and the share of test images classified right. */
export interface Anchor {
  readonly name: string;
  readonly bytes: number;
  readonly testAccuracy: number;
}

const looks: Readonly<Record<ShrinkKind, Look>> = {
  ticket: kindLooks.ticket,
  'supermask with biases': kindLooks['one-shot'],
  supermask: kindLooks.reinit,
};
const kinds = Object.keys(looks) as readonly ShrinkKind[];
/** Lines of fronts, series by series. */
const dashes = ['none', '5 4', '1 3'];

/**
 * Accuracy against bytes, on validation data, which choose, and on test data, which do not: each file a symbol, hollow in the first series,
 * and a line through those than which no smaller file does as well on validation data.
 *
 * @param floor a line across the validation panel; null for none
 * @returns null if there are fewer than two files
 */
export function bytesByAccuracy(
  series: readonly ShrinkSeries[],
  anchors: readonly Anchor[],
  floor: number | null,
  layout: Layout,
): string | null {
  const files = series.flatMap((one) => one.files);
  if (files.length < 2) return null;
  const bytes = [...files, ...anchors].map((file) => file.bytes);
  const x: Domain = [Math.min(...bytes), Math.max(...bytes)];
  const tests = [...files, ...anchors].map((file) => file.testAccuracy);
  const all = [...tests, ...files.map((file) => file.validationAccuracy), ...(floor === null ? [] : [floor])];
  const margin = 0.06 * (Math.max(...all) - Math.min(...all)) + 0.0005;
  const y: Domain = [Math.max(0, Math.min(...all) - margin), Math.min(1, Math.max(...all) + margin)];
  return drawFigure(
    {
      name: 'bytes-by-accuracy',
      title: 'Accuracy against bytes',
      description: describe(series),
      panels: [
        panel('Validation data, which choose', 'Validation accuracy (%)', 'validationAccuracy', series, x, y, [
          floor === null ? null : ruleY([floor], { strokeDasharray: '2 3', strokeOpacity: 0.6 }),
        ]),
        panel('Test data, which do not', 'Test accuracy (%)', 'testAccuracy', series, x, y, anchorMarks(anchors)),
      ],
      legend: legend(series),
      panelHeight: { wide: 400, narrow: 320 },
    },
    layout,
  );
}

function panel(
  title: string,
  measure: string,
  accuracy: 'validationAccuracy' | 'testAccuracy',
  series: readonly ShrinkSeries[],
  x: Domain,
  y: Domain,
  more: readonly Markish[],
): Panel {
  return {
    ...{ title, measure, legend: [] },
    plot: {
      x: { type: 'log', domain: x, inset: 12, axis: null },
      y: accuracyAxis(y),
      marks: [
        axisX(ticksOf(x), {
          text: (bytes: number) => `${bytes / 1000}`,
          label: 'Thousand bytes',
          labelArrow: 'none',
          labelAnchor: 'center',
        }),
        frame({ strokeOpacity: 0.25 }),
        ...series.map(({ files }, i) =>
          line(paretoFront(files), { x: 'bytes', y: accuracy, strokeOpacity: 0.45, strokeDasharray: dashes[i % 3] }),
        ),
        ...series.flatMap(({ files }, i) =>
          kinds.map((kind) => {
            const { ink, symbol } = looks[kind];
            return dot(
              files.filter((file) => file.kind === kind),
              {
                ...{ x: 'bytes', y: accuracy, symbol, r: 3.5, stroke: ink.light, strokeWidth: 1.4 },
                fill: i % 2 === 0 ? '#fff' : ink.light,
                className: `ink-${ink.name}${i % 2 === 0 ? ' hollow' : ''}`,
              },
            );
          }),
        ),
        ...more,
      ],
    },
  };
}

/** 1, 2, 3, 4, 6, 8 times powers of ten, as many as there is room for. */
function ticksOf([low, high]: Domain): readonly number[] {
  const steps = [1, 2, 3, 4, 6, 8];
  const all = [100, 1000, 10_000, 100_000, 1_000_000].flatMap((power) => steps.map((step) => step * power));
  const inside = all.filter((tick) => tick >= low && tick <= high);
  const every = Math.ceil(inside.length / 8);
  return inside.filter((_, i) => i % every === 0);
}

function anchorMarks(anchors: readonly Anchor[]): readonly Markish[] {
  return [
    dot(anchors, { x: 'bytes', y: 'testAccuracy', symbol: 'plus', r: 5, stroke: 'currentColor' }),
    text(anchors, {
      x: 'bytes',
      y: 'testAccuracy',
      text: 'name',
      textAnchor: 'end',
      dx: 8,
      dy: 15,
      fontSize: 11,
      stroke: '#fff',
      fill: 'currentColor',
    }),
  ];
}

function legend(series: readonly ShrinkSeries[]): readonly LegendEntry[] {
  const present = kinds.filter((kind) => series.some(({ files }) => files.some((file) => file.kind === kind)));
  return [
    ...present.map((kind) => ({ label: kind, ink: looks[kind].ink, symbol: looks[kind].symbol, dash: null })),
    ...series.flatMap(({ label }, i) =>
      label === null ? [] : [{ label, ink: kindLooks.dense.ink, symbol: null, dash: dashes[i % 3] }],
    ),
  ];
}

function describe(series: readonly ShrinkSeries[]): string {
  const of = ({ label, files }: ShrinkSeries): string => {
    const front = paretoFront(files).map(
      ({ bytes, testAccuracy }) => `${count(bytes)} bytes with ${accuracyPercent(testAccuracy)} on test images`,
    );
    return `${label === null ? '' : `${label}: `}${front.join('; ')}.`;
  };
  return series.map(of).join(' ');
}

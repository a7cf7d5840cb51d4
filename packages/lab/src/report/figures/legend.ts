import { dot, line, type Markish, text } from '@observablehq/plot';
import type { Look } from '../palette.js';
import { plotMarkup } from './plot-markup.js';

/** One line of a key: a sample of the line, with its symbol if it has one, and its name. */
export interface LegendEntry {
  readonly label: string;
  readonly ink: Look['ink'];
  /** null for symbols that no line joins. */
  readonly dash: string | null;
  readonly symbol: Look['symbol'] | null;
}

/** A drawn key with its size in pixels. */
export interface Legend {
  readonly markup: string;
  readonly width: number;
  readonly height: number;
}

const sample = 26;
/** Pixels from one line of a key to the next. */
export const lineHeight = 20;
const fontSize = 13;
/** Pixels between the entries of a row. */
const entryGap = 22;

/** The key in rows, as many entries in each as fit into `width` pixels. */
export function legendInRows(entries: readonly LegendEntry[], width: number): Legend {
  const places: { x: number; y: number }[] = [];
  let [x, y] = [0, 0];
  for (const entry of entries) {
    const entryWidth = widthOf(entry);
    if (x > 0 && x + entryWidth > width) [x, y] = [0, y + lineHeight];
    places.push({ x, y });
    x += entryWidth + entryGap;
  }
  return drawLegend(entries, places, width, y + lineHeight);
}

/** The key in one column. */
export function legendInColumn(entries: readonly LegendEntry[]): Legend {
  const width = Math.max(...entries.map(widthOf));
  const places = entries.map((_, i) => ({ x: 0, y: i * lineHeight }));
  return drawLegend(entries, places, width, entries.length * lineHeight);
}

function widthOf(entry: LegendEntry): number {
  return Math.ceil(sample + 7 + textWidth(entry.label));
}

/** A guess on the wide side, since the reader's font is not known here: by groups of letters, in parts of the size. */
function textWidth(text: string): number {
  const widths = [...text].map((letter) =>
    /[ijlrtf.,\-' ]/.test(letter) ? 0.36 : /[mwMW%]/.test(letter) ? 0.92 : 0.62,
  );
  return fontSize * widths.reduce((sum, width) => sum + width, 0);
}

function drawLegend(
  entries: readonly LegendEntry[],
  places: readonly { readonly x: number; readonly y: number }[],
  width: number,
  height: number,
): Legend {
  const marks = entries.flatMap((entry, i): Markish[] => {
    const { x, y } = places[i];
    const middle = y + lineHeight / 2;
    const ink = { className: `ink-${entry.ink.name}`, stroke: entry.ink.light };
    const ends = [x, x + sample];
    return [
      entry.dash === null
        ? null
        : line(ends, { ...ink, x: ends, y: [middle, middle], strokeWidth: 2, strokeDasharray: entry.dash }),
      ...(entry.symbol === null
        ? []
        : [
            dot([0], { ...ink, x: [x + sample / 2], y: [middle], symbol: entry.symbol, r: 3.5, fill: entry.ink.light }),
          ]),
      text([entry.label], { x: [x + sample + 7], y: [middle], textAnchor: 'start', fontSize }),
    ];
  });
  const scales = {
    x: { axis: null, domain: [0, width], range: [0, width] },
    y: { axis: null, domain: [0, height], range: [0, height] },
  } as const;
  return { markup: plotMarkup({ width, height, margin: 0, ...scales, marks }), width, height };
}

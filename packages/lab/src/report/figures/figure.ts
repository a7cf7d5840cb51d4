import type { PlotOptions } from '@observablehq/plot';
import { type LegendEntry, legendInColumn, legendInRows } from './legend.js';
import { escapeMarkup, plotMarkup } from './plot-markup.js';

/** Side by side for a page or a screen, or one below the other for a telephone. */
export type Layout = 'wide' | 'narrow';

/** Pixels across a figure. */
export const figureWidths: Readonly<Record<Layout, number>> = { wide: 860, narrow: 380 };

/** Letters of a figure; a page may put its own in their place. */
export const figureFont = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** One system of axes. Its size and margins are given to it. */
export interface Panel {
  readonly title: string | null;
  /** What the vertical axis measures: written above it, where it is read without turning one's head. */
  readonly measure: string;
  readonly plot: Omit<PlotOptions, 'width' | 'height' | 'document'>;
  /** A key in the lower right corner, where rising curves leave room, or in rows above the frame. */
  readonly legend: readonly LegendEntry[];
  readonly legendAt?: 'above';
}

/** A figure before it is laid out. */
export interface FigureSpec {
  /** In file names and ids: lower case and hyphens. */
  readonly name: string;
  readonly title: string;
  /** What it shows, for those who cannot see it. */
  readonly description: string;
  readonly panels: readonly Panel[];
  /** A key above all panels. */
  readonly legend: readonly LegendEntry[];
  readonly panelHeight: Readonly<Record<Layout, number>>;
  /** Panels in a row; by default all of them, or on a telephone one. */
  readonly columns?: Readonly<Record<Layout, number>>;
}

/** Pixels around a panel's frame. */
const margins = { marginLeft: 46, marginRight: 12 } as const;
const gap = 18;

/** Pixels of a panel above and below its frame. */
export const framePadding = { titled: 48, untitled: 26, below: 42 } as const;

/** Lays the panels out and draws them: a whole SVG document with its title and description. */
export function drawFigure(spec: FigureSpec, layout: Layout): string {
  const width = figureWidths[layout];
  const scope = `${spec.name}-${layout}`;
  const columns = spec.columns?.[layout] ?? (layout === 'wide' ? spec.panels.length : 1);
  const panelWidth = (width - gap * (columns - 1)) / columns;
  const panelHeight = spec.panelHeight[layout];
  const key = spec.legend.length === 0 ? null : legendInRows(spec.legend, width);
  const top = key === null ? 0 : key.height + 8;

  const keys = spec.panels.map((panel) => (panel.legendAt === 'above' ? legendInRows(panel.legend, panelWidth) : null));
  // All frames begin at the same height.
  const keyHeight = Math.max(0, ...keys.map((above) => (above === null ? 0 : above.height + 8)));
  const panels = spec.panels.map((panel, i) => {
    const x = (i % columns) * (panelWidth + gap);
    const y = top + Math.floor(i / columns) * (panelHeight + gap);
    const above = keys[i] === null ? '' : group(0, 24, keys[i].markup);
    return group(x, y, above + drawPanel(panel, panelWidth, panelHeight, keyHeight));
  });
  const rows = Math.ceil(spec.panels.length / columns);
  const height = top + rows * panelHeight + (rows - 1) * gap;
  const legend = key === null ? '' : group(0, 0, key.markup);
  return svgDocument({ ...spec, scope, width, height, body: legend + panels.join('') });
}

/** @param above pixels between the panel's title and the rest */
function drawPanel(panel: Panel, width: number, height: number, above: number): string {
  const labels = [
    panel.title === null ? '' : label(panel.title, 0, 14, `font-weight="600"${squeezed(panel.title, width)}`),
    label(panel.measure, 0, (panel.title === null ? 14 : 36) + above, 'fill-opacity="0.8"'),
  ].join('');
  const marginTop = (panel.title === null ? framePadding.untitled : framePadding.titled) + above;
  const marginBottom = framePadding.below;
  const drawn = plotMarkup({ ...panel.plot, ...margins, marginTop, marginBottom, width, height });
  if (panel.legend.length === 0 || panel.legendAt === 'above') return labels + drawn;
  const key = legendInColumn(panel.legend);
  const x = width - margins.marginRight - key.width - 6;
  const y = height - marginBottom - key.height - 6;
  const paper = `<rect class="paper" x="-4" width="${key.width + 4}" height="${key.height}" fill="#fff" fill-opacity="0.8"/>`;
  return labels + drawn + group(x, y, paper + key.markup);
}

/** Pixels of a bold letter, on the wide side. */
const LETTER = 7.4;

/** A title that may be wider than its panel is drawn as wide as that. */
function squeezed(title: string, width: number): string {
  return title.length * LETTER > width ? ` textLength="${Math.floor(width)}" lengthAdjust="spacingAndGlyphs"` : '';
}

function label(text: string, x: number, y: number, style: string): string {
  return `<text x="${x}" y="${y}" text-anchor="start" ${style}>${escapeMarkup(text)}</text>`;
}

/** A group moved to (x, y). */
export function group(x: number, y: number, body: string): string {
  return `<g transform="translate(${+x.toFixed(2)},${+y.toFixed(2)})">${body}</g>`;
}

/** The frame of every figure: white paper, dark letters, readable without the page that it stands in. */
export function svgDocument(figure: {
  readonly title: string;
  readonly description: string;
  readonly scope: string;
  readonly width: number;
  readonly height: number;
  readonly body: string;
}): string {
  const { scope, width, height } = figure;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img" aria-labelledby="${scope}-title ${scope}-description" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" color="#1f1f1f" fill="currentColor" ` +
    `font-family="${figureFont}" font-size="13" text-anchor="middle">` +
    `<title id="${scope}-title">${escapeMarkup(figure.title)}</title>` +
    `<desc id="${scope}-description">${escapeMarkup(figure.description)}</desc>` +
    `<rect class="paper" width="${width}" height="${height}" fill="#fff"/>${figure.body}</svg>\n`
  );
}

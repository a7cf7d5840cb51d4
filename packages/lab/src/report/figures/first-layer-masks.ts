import { count, densityPercent, plural } from '../format.js';
import type { ImageShape } from '../input.js';
import { figureWidths, group, type Layout, svgDocument } from './figure.js';
import { escapeMarkup } from './plot-markup.js';

/** The first layer of one level: how many of its weights survive at each input. */
export interface InputCounts {
  readonly level: number;
  readonly density: number;
  /** One for each pixel in row order: survivors over outputs and channels. */
  readonly survivors: readonly number[];
  readonly isWinner: boolean;
}

/** Steps of darkness: enough to look smooth, few enough to stay small. */
const steps = 12;
const pictureGap = 14;
/** Pixels of the two lines under a picture, and between them and the next. */
const captionHeight = 40;
const rowGap = 16;

/** Which inputs the network still looks at: for each level a picture of its first layer's mask, summed over outputs. */
export function firstLayerMasks(levels: readonly InputCounts[], shape: ImageShape, layout: Layout): string | null {
  if (levels.length === 0) return null;
  const width = figureWidths[layout];
  const columns = Math.min(levels.length, layout === 'wide' ? 5 : 2);
  const pictureWidth = Math.min(180, (width - 1 - pictureGap * (columns - 1)) / columns);
  const pixel = pictureWidth / shape.columns;
  const pictureHeight = pixel * shape.rows;
  const cell = { width: pictureWidth + pictureGap, height: pictureHeight + captionHeight + rowGap };
  const pictures = levels.map((level, i) => {
    const picture = `<g transform="scale(${+pixel.toFixed(4)})" class="pixels" fill="#08306b" shape-rendering="crispEdges">${drawPixels(level.survivors, shape)}</g>`;
    const frame = `<rect width="${+pictureWidth.toFixed(2)}" height="${+pictureHeight.toFixed(2)}" fill="none" stroke="currentColor" stroke-opacity="0.35"/>`;
    return group(
      (i % columns) * cell.width + 0.5,
      Math.floor(i / columns) * cell.height + 0.5,
      picture + frame + caption(level, pictureHeight),
    );
  });
  return svgDocument({
    title: 'Which inputs the first layer still looks at',
    description: describe(levels, shape),
    scope: `first-layer-masks-${layout}`,
    width,
    height: Math.ceil(Math.ceil(levels.length / columns) * cell.height - rowGap),
    body: pictures.join(''),
  });
}

/** One path for each step of darkness, its pixels joined along rows. The darkest is the picture's own greatest count. */
function drawPixels(survivors: readonly number[], shape: ImageShape): string {
  const most = Math.max(1, ...survivors);
  const stepOf = (position: number) => Math.ceil((steps * survivors[position]) / most);
  const paths = Array.from({ length: steps + 1 }, () => '');
  for (let row = 0; row < shape.rows; row++) {
    for (let column = 0; column < shape.columns; ) {
      const step = stepOf(row * shape.columns + column);
      let end = column + 1;
      while (end < shape.columns && stepOf(row * shape.columns + end) === step) end++;
      if (step > 0) paths[step] += `M${column},${row}h${end - column}v1h${column - end}z`;
      column = end;
    }
  }
  return paths
    .map((path, step) => (path === '' ? '' : `<path fill-opacity="${+(step / steps).toFixed(3)}" d="${path}"/>`))
    .join('');
}

function caption(level: InputCounts, top: number): string {
  const seen = level.survivors.filter((survivors) => survivors > 0).length;
  const lines = [
    `${densityPercent(level.density)}${level.isWinner ? ' · winner' : ''}`,
    `${count(seen)} of ${count(level.survivors.length)} pixels`,
  ];
  return lines
    .map(
      (line, i) =>
        `<text x="0" y="${+(top + 17 + 17 * i).toFixed(2)}" text-anchor="start"${i === 0 ? ' font-weight="600"' : ' fill-opacity="0.75"'}>${escapeMarkup(line)}</text>`,
    )
    .join('');
}

function describe(levels: readonly InputCounts[], shape: ImageShape): string {
  const parts = levels.map((level) => {
    const seen = level.survivors.filter((survivors) => survivors > 0).length;
    return `${densityPercent(level.density)} of the weights: ${plural(seen, 'pixel')} in use, the busiest with ${count(Math.max(...level.survivors))}`;
  });
  return `Pictures of ${shape.rows} × ${shape.columns} pixels, darker where more weights of the first layer survive. ${parts.join('; ')}.`;
}

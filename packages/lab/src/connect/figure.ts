import { dot, line } from '@observablehq/plot';
import { plotMarkup } from '../report/figures/plot-markup.js';
import type { ConnectSummary } from './connectivity.js';

const WIDTH = 720;
const HEIGHT = 400;

/** Test error along each line, as an SVG document. */
export function connectFigure({ connections }: ConnectSummary): string {
  const points = connections.flatMap(({ from, line: places }) =>
    places.map(({ at, testAccuracy }) => ({ from: `from ${from}`, at, error: 100 * (1 - testAccuracy) })),
  );
  const channels = { x: 'at', y: 'error', stroke: 'from' };
  const body = plotMarkup({
    width: WIDTH,
    height: HEIGHT,
    marginRight: 90,
    x: { label: 'place on the line' },
    y: { label: 'test error, %', grid: true },
    color: { scheme: 'viridis', type: 'ordinal', domain: connections.map(({ from }) => `from ${from}`) },
    marks: [line(points, channels), dot(points, { ...channels, r: 2 })],
  });
  const labels = connections.map(
    ({ from }, i) => `<text x="${WIDTH - 84}" y="${30 + 16 * i}" font-size="11">${i + 1}. from ${from}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="10"><rect width="100%" height="100%" fill="white"/>${body}${labels.join('')}</svg>\n`;
}

import type { Layout } from '../report/figures/figure.js';
import type { ReportFigure } from '../report/figures/figures.js';

/** A figure in both layouts; nothing where there are no numbers for it. */
export function drawn(name: string, caption: string, draw: (layout: Layout) => string | null): readonly ReportFigure[] {
  const [wide, narrow] = [draw('wide'), draw('narrow')];
  return wide === null || narrow === null ? [] : [{ name, caption, svg: { wide, narrow } }];
}

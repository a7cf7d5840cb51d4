import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writingError } from '../store/file-errors.js';
import { replaceFile } from '../store/files.js';
import { cellsCsv, metricsCsv } from './csv.js';
import type { ReportFigure } from './figures/figures.js';
import type { ReportRun } from './input.js';

/** Where a report was written. */
export interface WrittenReport {
  readonly html: string;
  /** SVG and PNG. */
  readonly figures: readonly string[];
  readonly csv: readonly string[];
  /** What was left out, and why, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Writes `report.html`, `figures/*.svg`, `figures/*.png` and `data/*.csv` into `folder`, each whole or not at all, the
 * page last. The same run gives the same bytes. What draws is loaded here, so that other commands need not wait for it.
 *
 * @throws UserError if the folder may not be written, RunError if the disk is full
 */
export async function writeReport(run: ReportRun, folder: string): Promise<WrittenReport> {
  const [{ drawFigures }, { reportPage }] = await Promise.all([
    import('./figures/figures.js'),
    import('./html/page.js'),
  ]);
  const figures = await drawFigures(run);
  const csv = [
    await writeWhole(join(folder, 'data', 'cells.csv'), cellsCsv(run.cells)),
    await writeWhole(join(folder, 'data', 'metrics.csv'), metricsCsv(run.cells)),
  ];
  const drawn = await writeFigures(figures, folder);
  const html = await writeWhole(join(folder, 'report.html'), reportPage(run, figures));
  return { html, figures: drawn.files, csv, notes: drawn.notes };
}

/** Figures as SVG and PNG in `folder/figures`. @throws as `writeReport` */
export async function writeFigures(
  figures: readonly ReportFigure[],
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly notes: readonly string[] }> {
  const svgs: string[] = [];
  for (const figure of figures) {
    svgs.push(await writeWhole(join(folder, 'figures', `${figure.name}.svg`), figure.svg.wide));
  }
  const { files, notes } = await writePngs(figures, folder);
  return { files: [...svgs, ...files], notes };
}

/** PNG is a convenience: without a renderer for this machine the report is whole but for it. */
async function writePngs(
  figures: readonly ReportFigure[],
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly notes: readonly string[] }> {
  const files: string[] = [];
  let pictures: readonly (readonly [string, Uint8Array])[];
  try {
    const { loadPngRenderer } = await import('./png.js');
    const render = await loadPngRenderer();
    pictures = figures.map((figure) => [figure.name, render(figure.svg.wide)] as const);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { files, notes: [`The figures were not drawn as PNG (${reason}); the SVG files are complete.`] };
  }
  for (const [name, png] of pictures) files.push(await writeWhole(join(folder, 'figures', `${name}.png`), png));
  return { files, notes: [] };
}

/** Writes a file whole or not at all, with the folders above it. @throws as `writeReport` */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, Buffer.from(content));
  } catch (error) {
    throw writingError(error, path);
  }
  return path;
}

import { join } from 'node:path';
import { writeFigures, writeWhole } from '../report/write.js';
import { type ReproductionPage, reproductionHtml, reproductionMarkdown, unfinished } from './page.js';
import type { Conclusion, Reproduction, Scale } from './reproduction.js';
import { withScale } from './with-scale.js';

/** A figure or table that was made again. */
export interface ReproductionResult
  extends Pick<Reproduction, 'name' | 'title' | 'source'>,
    Pick<Conclusion, 'verdicts'> {
  readonly quick: boolean;
  readonly scale: string;
  /** Trainings that it needs, and how many of them it was made from. */
  readonly planned: number;
  readonly finished: number;
  readonly files: { readonly html: string; readonly markdown: string; readonly figures: readonly string[] };
  /** What was left out, and why, a sentence each. */
  readonly notes: readonly string[];
}

/** What a page says besides its conclusion. */
export interface WrittenOf extends Pick<ReproductionPage, 'command' | 'planned' | 'finished'> {
  readonly out: string;
  readonly scale: Scale;
}

/**
 * Writes `OUT/NAME/report.html`, `report.md`, `result.json` and `figures/*.{svg,png}`; every figure says its scale.
 * @throws UserError if the folder may not be written, RunError if the disk is full
 */
export async function writeReproduction(
  reproduction: Reproduction,
  conclusion: Conclusion,
  { out, scale, command, planned, finished }: WrittenOf,
): Promise<ReproductionResult> {
  const { name, title, source } = reproduction;
  const folder = join(out, name);
  const words = reproduction.inWords(scale);
  const below = `${words}. ${unfinished({ planned, finished })}`.trim();
  const noted = conclusion.figures.map((figure) => ({
    ...figure,
    svg: { wide: withScale(figure.svg.wide, below), narrow: withScale(figure.svg.narrow, below) },
  }));
  const page: ReproductionPage = {
    ...conclusion,
    figures: noted,
    reproduction,
    scale: words,
    command,
    planned,
    finished,
  };
  const { files, notes } = await writeFigures(noted, folder);
  const markdown = await writeWhole(join(folder, 'report.md'), reproductionMarkdown(page));
  const html = await writeWhole(join(folder, 'report.html'), reproductionHtml(page));
  const result: ReproductionResult = {
    ...{ name, title, source, quick: scale.quick, scale: words, planned, finished },
    verdicts: conclusion.verdicts,
    files: { html, markdown, figures: files },
    notes,
  };
  const { verdicts, ...about } = result;
  await writeWhole(
    join(folder, 'result.json'),
    `${JSON.stringify({ ...about, files: undefined, verdicts, tables: conclusion.tables }, null, 2)}\n`,
  );
  return result;
}

import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where pages stand, each with a folder of its name for its figures. */
export const target = fileURLToPath(new URL('../../docs/results/', import.meta.url));

/** Copies the figures of a reproduction in the folder `out` beside a page. Resolves to its report, whose figures lie there. */
export async function placedReport(out, name, page) {
  const figures = join(out, name, 'figures');
  await mkdir(join(target, page), { recursive: true });
  for (const file of await readdir(figures)) {
    if (file.endsWith('.svg')) await copyFile(join(figures, file), join(target, page, `${name}-${file}`));
  }
  return (await readFile(join(out, name, 'report.md'), 'utf8')).replaceAll('](figures/', `](${page}/${name}-`);
}

/** Every heading of a text one rank lower. */
export const lowered = (text) => text.replace(/^#/gm, '##');

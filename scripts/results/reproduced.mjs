#!/usr/bin/env node
/**
 * Writes docs/results/PAGE.md and its figures from what `winnow reproduce` left: node scripts/results/reproduced.mjs OUT PAGE NAME [NAME …].
 * Several reproductions stand on one page, one after the other. Nothing is added but a title's rank and the places of figures.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [out, page, ...names] = process.argv.slice(2);
if (names.length === 0) {
  console.error('Say where, which page and what: node scripts/results/reproduced.mjs OUT PAGE NAME [NAME …]');
  process.exit(2);
}
const target = fileURLToPath(new URL('../../docs/results/', import.meta.url));
const isMany = names.length > 2;
const parts = isMany ? ['# Figures and tables of both papers, made again\n'] : [];
for (const [i, name] of names.entries()) {
  const figures = join(out, name, 'figures');
  await mkdir(join(target, page), { recursive: true });
  for (const file of await readdir(figures)) {
    if (file.endsWith('.svg')) await copyFile(join(figures, file), join(target, page, `${name}-${file}`));
  }
  const text = (await readFile(join(out, name, 'report.md'), 'utf8')).replaceAll('](figures/', `](${page}/${name}-`);
  parts.push(i === 0 && !isMany ? text : text.replace(/^#/gm, '##'));
}
const command = `node scripts/results/reproduced.mjs OUT ${page} ${names.join(' ')}`;
const last = `This page is written by \`${command}\` from the folder that the command${names.length > 1 ? 's' : ''} above leave${names.length > 1 ? '' : 's'} (\`--out\`).\n`;
await writeFile(join(target, `${page}.md`), `${parts.join('\n')}\n${last}`);
console.log(join(target, `${page}.md`));

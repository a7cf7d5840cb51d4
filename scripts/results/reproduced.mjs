#!/usr/bin/env node
/**
 * Writes docs/results/PAGE.md and its figures from what `winnow reproduce` left: node scripts/results/reproduced.mjs OUT PAGE NAME [NAME …].
 * Several reproductions stand on one page, one after the other. Nothing is added but a title's rank and the places of figures.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lowered, placedReport, target } from './placed.mjs';

const [out, page, ...names] = process.argv.slice(2);
if (names.length === 0) {
  console.error('Say where, which page and what: node scripts/results/reproduced.mjs OUT PAGE NAME [NAME …]');
  process.exit(2);
}
const isMany = names.length > 2;
const parts = isMany ? ['# Figures and tables of both papers, made again\n'] : [];
for (const [i, name] of names.entries()) {
  const text = await placedReport(out, name, page);
  parts.push(i === 0 && !isMany ? text : lowered(text));
}
const command = `node scripts/results/reproduced.mjs OUT ${page} ${names.join(' ')}`;
const last = `This page is written by \`${command}\` from the folder that the command${names.length > 1 ? 's' : ''} above leave${names.length > 1 ? '' : 's'} (\`--out\`).\n`;
await writeFile(join(target, `${page}.md`), `${parts.join('\n')}\n${last}`);
console.log(join(target, `${page}.md`));

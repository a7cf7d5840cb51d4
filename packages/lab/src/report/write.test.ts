import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { syntheticRun } from './testing/synthetic-run.js';
import { writeReport } from './write.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = syntheticRun({ levels: 3, trials: 1 });

it('writes page, figures and data, and nothing else', async () => {
  const written = await writeReport(run, folder);
  const names = [
    'accuracy-by-iteration',
    'early-stop-by-density',
    'accuracy-by-density',
    'first-layer-masks',
    'criterion-plane',
  ];
  const paths = (list: readonly string[]) => list.map((path) => relative(folder, path).replaceAll('\\', '/'));
  expect(paths([written.html])).toEqual(['report.html']);
  expect(paths(written.figures)).toEqual([
    ...names.map((name) => `figures/${name}.svg`),
    ...names.map((name) => `figures/${name}.png`),
  ]);
  expect(paths(written.csv)).toEqual(['data/cells.csv', 'data/metrics.csv']);
  expect(written.notes).toEqual([]);
  const all = await filesOf(folder);
  expect(all.sort()).toEqual([written.html, ...written.figures, ...written.csv].sort());
});

it('gives the same bytes again, in place of what was there', async () => {
  const written = await writeReport(run, folder);
  const read = () => Promise.all([written.html, ...written.figures, ...written.csv].map((path) => readFile(path)));
  const before = await read();
  await writeFile(written.html, 'old');
  await writeReport(run, folder);
  expect(await read()).toEqual(before);
});

it('says in a sentence that a folder cannot be written', async () => {
  await writeFile(join(folder, 'data'), 'a file where a folder should be');
  await expect(writeReport(run, folder)).rejects.toThrow(UserError);
  expect(await filesOf(folder)).toEqual([join(folder, 'data')]);
});

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

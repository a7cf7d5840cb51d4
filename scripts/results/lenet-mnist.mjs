#!/usr/bin/env node
/**
 * Writes docs/results/NAME.md and its figures from a finished run: node scripts/results/lenet-mnist.mjs RUN [NAME].
 * Every figure in the page comes from the run's cells; the paper's values are cited beside them.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  lenetPaperValues,
  lenetVerdicts,
  markdownTable,
  readRun,
  reportOf,
  resultSentence,
  writeReport,
} from '@winnow/lab';
import { commandOf } from '../../packages/cli/dist/options/command-line.js';
import { target } from './placed.mjs';

const figures = ['accuracy-by-iteration', 'early-stop-by-density', 'accuracy-by-density', 'first-layer-masks'];

const [path, pageName = 'lenet-mnist'] = process.argv.slice(2);
if (path === undefined) {
  console.error('Name the folder of a finished run: node scripts/results/lenet-mnist.mjs runs/NAME');
  process.exit(2);
}
const run = await readRun(path);
const { experiment } = run;
const command = commandOf({ ...experiment, data: run.data.name });
const report = reportOf(run, command, basename(path));
const written = await writeReport(report, path);
await mkdir(join(target, pageName), { recursive: true });
for (const name of figures) {
  const source = written.figures.find((file) => file.endsWith(`${name}.svg`));
  if (source !== undefined) await copyFile(source, join(target, pageName, `${name}.svg`));
}
await writeFile(join(target, `${pageName}.md`), page());
console.log(join(target, `${pageName}.md`));

function lengthSaid() {
  const iterations = experiment.recipe.iterations.toLocaleString('en');
  if (experiment.recipe.iterations >= 50_000) return `at the paper's length of ${iterations} iterations a level`;
  return `at a shortened recipe: ${iterations} iterations a level in place of the paper's 50,000`;
}

function trialsSaid() {
  return experiment.trials === 5 ? "the paper's 5 trials" : `${experiment.trials} trials in place of 5`;
}

function page() {
  const shown = (name, title) => `![${title}](${pageName}/${name}.svg)\n`;
  const { recipe } = experiment;
  const asked = ['dense', 'faster', 'better', 'sparse', 'reinit', 'reinit-at-21', 'random'];
  const oneShot = run.cells.some(({ kind }) => kind === 'one-shot') ? ['one-shot'] : [];
  const verdicts = lenetVerdicts(run.cells, [...asked, ...oneShot]).map(
    ({ claim, source, outcome, numbers }) => `| ${claim} (${source}) | ${numbers} | **${outcome}** |\n`,
  );
  return `# LeNet-300-100 on MNIST: winning tickets by iterative magnitude pruning

The experiment of Frankle & Carbin 2019, sections 2 and 3, ${lengthSaid()}, with ${trialsSaid()}
and one draw of each control a trial, where the paper has 3 of reinit and 10 of random masks. The rest is the paper's: batch ${recipe.batch}, Adam
${recipe.optimizer.rate}, Gaussian Glorot, 20 % of the survivors removed a round (10 % in the output layer), reset to the values of
iteration 0, 55,000/5,000/10,000 images for training, validation and test.

    ${command}

${resultSentence(report)} (The winner is chosen on validation data alone, the accuracies are test accuracies at early stop, means
over trials.)

## The paper's claims

A comparison holds if means differ by more than half the larger range over trials and than the standard error that ten thousand test
images leave; it is undecided within that.

| claim | measured here | verdict |
|---|---|---|
${verdicts.join('')}
## By level

Mean over ${experiment.trials} trials at early stop, the range in brackets; the paper's values stand where it gives them.

${markdownTable(report, lenetPaperValues)}
${shown('accuracy-by-iteration', 'Test accuracy over iterations by density')}
${shown('early-stop-by-density', 'Early-stop iteration against density')}
${shown('accuracy-by-density', 'Test accuracy against density')}
${shown('first-layer-masks', 'Which pixels the surviving first-layer weights look at')}
All levels:

${markdownTable(report)}
## Digests

SHA-256 of the final parameters in trial 0; the command gives the same on every backend and machine.

| level | ticket |
|---:|---|
${run.cells
  .filter((cell) => cell.trial === 0 && (cell.kind === 'dense' || cell.kind === 'ticket'))
  .sort((a, b) => a.level - b.level)
  .map((cell) => `| ${cell.level} | \`${cell.digest}\` |\n`)
  .join('')}
This page is written by \`node scripts/results/lenet-mnist.mjs RUN${pageName === 'lenet-mnist' ? '' : ` ${pageName}`}\` from the run that the command above leaves.
`;
}

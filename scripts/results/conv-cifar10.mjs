#!/usr/bin/env node
/**
 * Writes docs/results/conv-cifar10.md and its figures: node scripts/results/conv-cifar10.mjs OUT [RUN], from the folder that
 * `winnow reproduce lth-5` left (finished or not) and the run of a dense ResNet-20 (`winnow find resnet-20 --levels 0`). Without RUN
 * what the page says of the ResNet stays.
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { estimateReproductions, readRun, reproductionsNamed } from '@winnow/lab';
import { commandOf } from '../../packages/cli/dist/options/command-line.js';
import { duration } from '../../packages/cli/dist/view/format.js';
import { lowered, placedReport, target } from './placed.mjs';

const [out, path] = process.argv.slice(2);
if (out === undefined) {
  console.error(
    'Say where the search is, and the ResNet if it is new: node scripts/results/conv-cifar10.mjs OUT [RUN]',
  );
  process.exit(2);
}
/** Of ResNet-18 in Frankle & Carbin 2019, figure 2 and appendix I. */
const PAPER = { batch: 128, weightDecay: 1e-4 };
const RESNET = '## ResNet-20, dense\n';
const RECIPES = "## The paper's full recipes\n";

const page = 'conv-cifar10';
const file = join(target, `${page}.md`);
const tickets = lowered(await placedReport(out, 'lth-5', page));
const resnet = path === undefined ? standing(await readFile(file, 'utf8')) : await resnetOf(await readRun(path));

const { data } = (await readRun(join(out, 'conv-2'))).experiment;
const whole = ['lth-5', 'lth-8', 'lth-7'].flatMap(reproductionsNamed);
const seconds = await estimateReproductions(whole, { quick: false, cifar10: data });

await writeFile(file, `# Convolutional networks on CIFAR-10\n\n${tickets}\n${resnet}${recipes()}`);
console.log(file);

/** The ResNet's section of a page. */
function standing(text) {
  const [from, to] = [RESNET, RECIPES].map((title) => text.indexOf(title));
  if (from < 0 || to < from) throw new Error(`${file} has no section of the ResNet: give its RUN`);
  return text.slice(from, to);
}

async function resnetOf({ cells, experiment, data }) {
  const { recipe, seed } = experiment;
  const curve = 'accuracy-by-iteration.svg';
  await copyFile(join(path, 'figures', curve), join(target, page, `resnet-20-${curve}`));
  const [{ rows, final, digest, trainingSeconds, evaluationSeconds }] = cells;
  const percent = (accuracy) => (accuracy === null ? '' : `${(100 * accuracy).toFixed(2)} %`);
  const minutes = Math.round((trainingSeconds + evaluationSeconds) / 60);
  const iterations = (value) => value.toLocaleString('en');
  return `${RESNET}
The network that Frankle & Carbin 2019 call ResNet-18, by a shortened recipe: ${iterations(recipe.iterations)} iterations of batch ${recipe.batch} in place of 30,000 of ${PAPER.batch}; SGD with momentum
${recipe.optimizer.momentum}, rate ${recipe.optimizer.rate}, warmed up for ${recipe.warmup} iterations and falling as a cosine in place of two steps; weight decay ${recipe.weightDecay} (the paper: ${PAPER.weightDecay}), crops and flips as in the paper. Seed ${seed}.
At the end ${percent(final.testAccuracy)} of the test images are right; the paper's network reaches 90.5 % (§4). One core took ${minutes} minutes, beside others' work.

    ${commandOf({ ...experiment, data: data.name })}

| iteration | validation accuracy | test accuracy |
| ---: | ---: | ---: |
${rows.map((row) => `| ${iterations(row.iteration)} | ${percent(row.validationAccuracy)} | ${percent(row.testAccuracy)} |\n`).join('')}
![Test accuracy while training](${page}/resnet-20-${curve})

SHA-256 of the final parameters: \`${digest}\`.

`;
}

function recipes() {
  return `${RECIPES}
On one core of the machine that wrote this page, as \`winnow reproduce\` estimates there:

| command | time | trains |
| --- | ---: | --- |
${whole.map(({ name, title, inWords }) => `| \`npx winnow reproduce ${name}\` | ${duration(seconds.get(name))} | ${title}. ${inWords({ quick: false })} |\n`).join('')}
This page is written by \`node scripts/results/conv-cifar10.mjs OUT [RUN]\` from the folders that \`reproduce lth-5\` and the ResNet's command leave.
`;
}

#!/usr/bin/env node
/**
 * Writes docs/results/conv-cifar10.md and its figures: node scripts/results/conv-cifar10.mjs OUT [RUN], from the folder that
 * `winnow reproduce lth-5` left (finished or not) and the run of a dense ResNet-20 (`winnow find resnet-20 --levels 0`). What the page says of
 * networks that are in neither stays.
 */
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { estimateReproductions, readRun, reproduce, reproductionsNamed } from '@winnow/lab';
import { commandOf } from '../../packages/cli/dist/options/command-line.js';
import { duration } from '../../packages/cli/dist/view/format.js';
import { lowered, placedReport, target } from './placed.mjs';

const [out, path] = process.argv.slice(2);
if (out === undefined) {
  console.error(
    'Say where the searches are, and the ResNet if it is new: node scripts/results/conv-cifar10.mjs OUT [RUN]',
  );
  process.exit(2);
}
/** Of ResNet-18 in Frankle & Carbin 2019, figure 2 and appendix I. */
const PAPER = { batch: 128, weightDecay: 1e-4 };
/** Titles of sections, in their order. */
const TICKETS = {
  'conv-2': '## Conv-2: winning tickets',
  'conv-4': '## Conv-4: winning tickets',
  'conv-6': '## Conv-6: winning tickets',
};
const RESNET = '## ResNet-20, dense';
const RECIPES = "## The paper's full recipes";

const page = 'conv-cifar10';
const file = join(target, `${page}.md`);
const before = await readFile(file, 'utf8');
const experiments = [];
const sections = [];
for (const [network, title] of Object.entries(TICKETS)) {
  if (existsSync(join(out, network))) {
    const { experiment } = await readRun(join(out, network));
    experiments.push(experiment);
    sections.push(await ticketsOf(network, experiment, title));
  } else if (before.includes(title)) sections.push(standing(title));
}
sections.push(path === undefined ? standing(RESNET) : await resnetOf(await readRun(path)));

const whole = ['lth-5', 'lth-8', 'lth-7'].flatMap(reproductionsNamed);
const seconds = await estimateReproductions(whole, { quick: false, cifar10: experiments[0]?.data });

await writeFile(file, `# Convolutional networks on CIFAR-10\n\n${sections.join('')}${recipes()}`);
console.log(file);

/** A section of the page as it is. */
function standing(title) {
  const from = before.indexOf(`${title}\n`);
  if (from < 0) throw new Error(`${file} has no section "${title}", and nothing to write it from was given`);
  const behind = before.indexOf('\n## ', from);
  return before.slice(from, behind + 1);
}

/** What is finished of a network's search, as `winnow reproduce lth-5 --networks NETWORK` tells it. */
async function ticketsOf(network, { trials, recipe, data }, title) {
  const scale = { quick: false, trials, iterations: recipe.iterations, networks: [network], cifar10: data };
  const command = `npx winnow reproduce lth-5 --iterations ${recipe.iterations} --trials ${trials} --networks ${network}`;
  await reproduce(reproductionsNamed('lth-5'), { out, scale, onlyFinished: true, commandOf: () => command });
  const report = lowered(await placedReport(out, 'lth-5', page));
  return `${report.replace(/^## .*$/m, title)}\n`;
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

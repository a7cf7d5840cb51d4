#!/usr/bin/env node
/**
 * Writes docs/results/conv-cifar10.md and its figures: node scripts/results/conv-cifar10.mjs OUT RUN, from the folder that
 * `winnow reproduce lth-5` left (finished or not) and the run of a dense ResNet-20 (`winnow train`).
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRun, reportOf, writeReport } from '@winnow/lab';

const [out, path] = process.argv.slice(2);
if (path === undefined) {
  console.error('Say where both are: node scripts/results/conv-cifar10.mjs OUT RUN');
  process.exit(2);
}
/** Of ResNet-18 in Frankle & Carbin 2019, figure 2 and appendix I. */
const PAPER = { batch: 128, weightDecay: 1e-4 };

const target = fileURLToPath(new URL('../../docs/results/', import.meta.url));
const page = 'conv-cifar10';
await mkdir(join(target, page), { recursive: true });

const figures = join(out, 'lth-5', 'figures');
for (const file of await readdir(figures)) {
  if (file.endsWith('.svg')) await copyFile(join(figures, file), join(target, page, `lth-5-${file}`));
}
const tickets = (await readFile(join(out, 'lth-5', 'report.md'), 'utf8'))
  .replaceAll('](figures/', `](${page}/lth-5-`)
  .replace(/^#/gm, '##');

const run = await readRun(path);
const { recipe, seed } = run.experiment;
const command = [
  'npx winnow train resnet-20 --data cifar-10',
  `--iterations ${recipe.iterations}`,
  ...(recipe.batch === PAPER.batch ? [] : [`--batch ${recipe.batch}`]),
  `--lr-schedule ${recipe.schedule.kind}`,
  `--warmup ${recipe.warmup}`,
  ...(recipe.weightDecay === PAPER.weightDecay ? [] : [`--weight-decay ${recipe.weightDecay}`]),
  `--evaluate-every ${recipe.evaluateEvery}`,
].join(' ');
const written = await writeReport(reportOf(run, command, basename(path)), path);
const curve = written.figures.find((file) => file.endsWith('accuracy-by-iteration.svg'));
if (curve !== undefined) await copyFile(curve, join(target, page, 'resnet-20-accuracy-by-iteration.svg'));

await writeFile(join(target, `${page}.md`), text());
console.log(join(target, `${page}.md`));

function text() {
  const [{ rows, final, digest, trainingSeconds, evaluationSeconds }] = run.cells;
  const percent = (accuracy) => (accuracy === null ? '' : `${(100 * accuracy).toFixed(2)} %`);
  const minutes = Math.round((trainingSeconds + evaluationSeconds) / 60);
  const iterations = (value) => value.toLocaleString('en');
  return `# Convolutional networks on CIFAR-10

${tickets}
## ResNet-20, dense

The network that Frankle & Carbin 2019 call ResNet-18, by a shortened recipe: ${iterations(recipe.iterations)} iterations of batch ${recipe.batch} in place of 30,000 of ${PAPER.batch}; SGD with momentum
${recipe.optimizer.momentum}, rate ${recipe.optimizer.rate}, warmed up for ${recipe.warmup} iterations and falling as a cosine in place of two steps; weight decay ${recipe.weightDecay} (the paper: ${PAPER.weightDecay}), crops and flips as in the paper. Seed ${seed}.
At the end ${percent(final.testAccuracy)} of the test images are right; the paper's network reaches 90.5 % (§4). One core took ${minutes} minutes, beside others' work.

    ${command}

| iteration | validation accuracy | test accuracy |
| ---: | ---: | ---: |
${rows.map((row) => `| ${iterations(row.iteration)} | ${percent(row.validationAccuracy)} | ${percent(row.testAccuracy)} |\n`).join('')}
${curve === undefined ? '' : `![Test accuracy while training](${page}/resnet-20-accuracy-by-iteration.svg)\n`}
SHA-256 of the final parameters: \`${digest}\`.

## The paper's full recipes

    npx winnow reproduce lth-5        Conv-2, Conv-4 and Conv-6: 5 trials of 20,000 to 30,000 iterations a level
    npx winnow reproduce lth-8        ResNet-20 at three rates: 5 trials of 30,000
    npx winnow reproduce lth-7        VGG-19 at three rates: 5 trials of 112,480

\`winnow reproduce\` says how long the first takes; the others, days to months of a core, say it when they begin.

This page is written by \`node scripts/results/conv-cifar10.mjs OUT RUN\` from the folders that \`reproduce lth-5\` and \`train\` leave.
`;
}

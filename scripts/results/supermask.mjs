#!/usr/bin/env node
/**
 * Writes docs/results/supermask.md from finished searches: node scripts/results/supermask.mjs HEURISTIC LEARNED [MORE …], folders that
 * `winnow supermask` made. Every figure comes from their results; the paper's values are cited beside them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bestPoint } from '@winnow/lab';

const target = fileURLToPath(new URL('../../docs/results/supermask.md', import.meta.url));
const folders = process.argv.slice(2);
if (folders.length < 2) {
  console.error('Name folders of finished searches: node scripts/results/supermask.mjs HEURISTIC LEARNED [MORE …]');
  process.exit(2);
}
const json = async (...path) => JSON.parse(await readFile(join(...path), 'utf8'));
const searches = await Promise.all(folders.map(read));

async function read(folder) {
  const summary = await json(folder, 'results.json');
  const { settings } = await json(folder, 'supermask.json');
  const report = await readFile(join(folder, 'report.md'), 'utf8');
  const command = /^ {4}(winnow .*)$/m.exec(report)?.[1] ?? '';
  const full = await Promise.all(
    summary.trials.map(async ({ trial }) => (await json(folder, `trial-${trial}`, 'result.json')).result),
  );
  return { summary, settings, command, trials: full };
}

/** Test accuracies of Zhou et al. 2019 for LeNet-300-100 on MNIST, in per cent. */
const paper = {
  'heuristic signed-constant': '86.3',
  'heuristic initial': '79.3',
  'learned signed-constant rescaled': '98.0',
  'learned initial rescaled': '97.8',
  'learned signed-constant': '96.4',
  'learned initial': '95.3',
};

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value, digits = 2) => `${(100 * value).toFixed(digits)} %`;
const spread = (values) =>
  `${percent(mean(values))} (${percent(Math.min(...values))} – ${percent(Math.max(...values))})`;

function rows({ summary, settings, trials }) {
  const { kind } = summary;
  const values = settings.values === 'initial' ? 'initial values' : 'signed constants';
  const density = percent(mean(trials.map((trial) => trial.density)), 1);
  const key = [kind, settings.values, ...(settings.rescale ? ['rescaled'] : [])].join(' ');
  const shipped = trials.map((trial) => trial.deterministicTestAccuracy);
  if (kind === 'heuristic') {
    const points = trials.map((trial) => bestPoint(trial.sweep));
    const one = points.map((point) => point.testAccuracy);
    return [
      [
        `heuristic (a), one pruning power, ${values}`,
        `${percent(mean(points.map((point) => point.density)), 1)}`,
        '',
        spread(one),
        paper[key] ?? '–',
      ],
      [`heuristic (b), layers swept on validation data, ${values}`, density, '', spread(shipped), '–'],
      [
        'the dense network behind them, trained',
        '100 %',
        '',
        spread(trials.map((trial) => trial.denseTestAccuracy)),
        '97.7',
      ],
    ];
  }
  const name = [
    `${kind}, ${values}`,
    ...(settings.rescale ? ['rescaled'] : []),
    ...(settings.pressure > 0 ? [`pressure ${settings.pressure}`] : []),
  ].join(', ');
  const drawn = kind === 'learned' ? spread(trials.map((trial) => trial.testAccuracy)) : '';
  return [[name, density, drawn, spread(shipped), settings.pressure > 0 ? '–' : (paper[key] ?? '–')]];
}

function recipe({ summary, settings, command, trials }) {
  const { optimizer, batch, iterations, schedule } = settings.recipe;
  const minutes = mean(trials.map((trial) => trial.seconds)) / 60;
  const time =
    summary.kind === 'heuristic'
      ? ''
      : `; ${minutes.toFixed(1)} minutes a trial on the machine that ran it, beside others' work`;
  return `    ${command}\n\n${summary.kind === 'heuristic' ? 'Dense network' : 'Scores'}: ${optimizer.name} at rate ${optimizer.rate} (${schedule.kind}), batch ${batch}, ${iterations.toLocaleString('en')} iterations; ${trials.length} trial${trials.length === 1 ? '' : 's'}, seed ${settings.seed}${time}.\n`;
}

function best() {
  const all = searches.flatMap(({ summary, command, trials }) => trials.map((trial) => ({ summary, command, trial })));
  const found = all.reduce((a, b) =>
    b.trial.deterministicValidationAccuracy > a.trial.deterministicValidationAccuracy ? b : a,
  );
  const { trial, command, summary } = found;
  return `The best supermask by validation accuracy is ${summary.kind}, trial ${trial.trial} of \`${command}\`: ${trial.weights.toLocaleString('en')} weights (${percent(trial.density, 1)}), ${percent(trial.deterministicTestAccuracy)} of the test set right with the one mask that ships.`;
}

const line = (cells) => `| ${cells.join(' | ')} |\n`;
const header = [
  'supermask',
  'density',
  'test accuracy, drawn masks',
  'test accuracy, the mask that ships',
  'the paper, %',
];
await writeFile(
  target,
  `# Supermasks of LeNet-300-100 on MNIST

No weight is trained: a mask alone, over initial values or over signed constants (± each layer's initial standard deviation), makes the
network work (Zhou et al. 2019, §4.1 and §5). Means over trials, in brackets the range; densities are means.

${line(header)}${line(header.map(() => '---'))}${searches.flatMap(rows).map(line).join('')}
${best()}

The paper draws its masks anew at test time (mean of 10) and trains learned ones by SGD at rate 100 with momentum 0.9, batch 250, for 2,000
epochs, 440,000 iterations. The mask that ships is one mask: a bit is 1 where its probability is above one half. Its density, and that of drawn
masks, is not fixed by the method unless pressure is put on it. Which density (a) and (b) take is decided on validation data alone.

## Commands

${searches.map(recipe).join('\n')}
Then \`node scripts/results/supermask.mjs FOLDER …\` writes this page.
`,
);
console.log(target);

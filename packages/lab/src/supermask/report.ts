import { accuracyPercent, count, densityPercent } from '../report/format.js';
import { spreadOf } from '../report/statistics.js';
import type { SupermaskExperiment } from './supermask-experiment.js';
import { bestPoint, bestTrial, type SupermaskSummary, type SupermaskTrial } from './supermask-result.js';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** The result in a sentence. */
export function supermaskSentence({
  kind,
  weights,
  density,
  network,
  deterministicTestAccuracy,
}: SupermaskSummary): string {
  const how = { heuristic: 'heuristic', learned: 'learned', 'edge-popup': 'edge-popup' }[kind];
  return `The ${how} supermask keeps ${count(weights)} weights (${densityPercent(density)}) of ${network} and classifies ${accuracyPercent(deterministicTestAccuracy)} of the test set right; no weight was trained.`;
}

/** The figure's file in the folder of the search. */
export const SUPERMASK_FIGURE = 'figures/supermask.svg';

/** The report of a search, in Markdown. @param command the one line that repeats it @param hasFigure whether there is one to show */
export function supermaskReport(
  experiment: SupermaskExperiment,
  summary: SupermaskSummary,
  trials: readonly SupermaskTrial[],
  command: string,
  hasFigure: boolean,
): string {
  const { recipe } = experiment.base;
  const accuracy = spreadOf(trials.map(({ deterministicTestAccuracy }) => deterministicTestAccuracy));
  return [
    `# Supermasks of ${summary.network} on ${summary.data}: ${summary.kind}\n`,
    `${supermaskSentence(summary)}\n`,
    `    ${command}\n`,
    `Frozen weights: ${experiment.values === 'initial' ? 'the initial values' : 'signed constants'}. Recipe ${
      experiment.kind === 'heuristic' ? 'of the dense network' : 'of the scores'
    }: ${recipe.optimizer.name} ${recipe.optimizer.rate}, ${recipe.schedule.kind} rate, batch ${recipe.batch}, ${count(recipe.iterations)} iterations.\n`,
    trialTable(experiment, trials),
    ...(hasFigure ? [`![${figureText(experiment)}](${SUPERMASK_FIGURE})\n`] : []),
    ...(accuracy === null
      ? []
      : [
          `Test accuracy of the masks that ship: mean ${accuracyPercent(accuracy.mean)}, from ${accuracyPercent(accuracy.min)} to ${accuracyPercent(accuracy.max)}.\n`,
        ]),
    ...(experiment.kind === 'heuristic' ? [sweepTable(bestTrial(trials))] : []),
  ].join('\n');
}

const figureText = ({ kind }: SupermaskExperiment): string =>
  kind === 'heuristic'
    ? 'Accuracy of heuristic masks by density, with one pruning power for all layers and with layers swept'
    : 'Validation accuracy of the mask that ships, over the iterations of training';

function trialTable({ kind }: SupermaskExperiment, trials: readonly SupermaskTrial[]): string {
  const heuristic = kind === 'heuristic';
  const header = heuristic
    ? ['Trial', 'Dense network, trained', '(a) one power', '(b) layers swept', 'Density', 'Density by layer']
    : ['Trial', 'Drawn masks, mean', 'The mask that ships', 'Density', 'Density by layer', 'Microseconds a step'];
  const body = trials.map((trial) => {
    const layers = trial.layerDensities.map(densityPercent).join(', ');
    const point = bestPoint(trial.sweep);
    const density = densityPercent(trial.density);
    const shipped = accuracyPercent(trial.deterministicTestAccuracy);
    return heuristic
      ? [
          `${trial.trial}`,
          accuracyPercent(trial.denseTestAccuracy ?? 0),
          point === null ? '' : `${accuracyPercent(point.testAccuracy)} at ${densityPercent(point.density)}`,
          shipped,
          density,
          layers,
        ]
      : [
          `${trial.trial}`,
          accuracyPercent(trial.testAccuracy),
          shipped,
          density,
          layers,
          count(Math.round(trial.microsecondsPerStep)),
        ];
  });
  return [row(header), row(header.map(() => '---')), ...body.map(row)].join('');
}

function sweepTable({ trial, sweep }: SupermaskTrial): string {
  const header = ['Density', 'Validation accuracy', 'Test accuracy'];
  const body = sweep.map((point) => [
    densityPercent(point.density),
    accuracyPercent(point.validationAccuracy),
    accuracyPercent(point.testAccuracy),
  ]);
  return `## (a) One pruning power for all layers, trial ${trial}\n\n${[row(header), row(header.map(() => '---')), ...body.map(row)].join('')}`;
}

import { join } from 'node:path';
import { backendChoiceFromEnvironment, networkNames } from '@winnow/engine';
import {
  type FrozenValues,
  frozenValues,
  normaliseSupermask,
  runSupermask,
  type SupermaskKind,
  supermaskKinds,
  supermaskSentence,
} from '@winnow/lab';
import { criterionNames } from '@winnow/tickets';
import { Command } from 'commander';
import { quoted } from '../options/command-line.js';
import { given, recipeFrom } from '../options/experiment.js';
import { addFlag } from '../options/flag.js';
import { fraction, number, oneOf } from '../options/numbers.js';
import { fileName, runsFolder } from '../options/run-name.js';
import { addPlaceFlags, type RunningFlags } from '../options/running.js';
import { addTrainingFlags, type TrainingFlags, usualNetwork } from '../options/training.js';
import { interruptible } from '../run/interrupt.js';
import { shownPath } from '../view/path.js';
import { supermaskView } from '../view/supermask-view.js';

const examples = `
Examples:
  winnow supermask                                  learned: rescaled signed constants, some minutes
  winnow supermask --kind heuristic                 one-shot masks of a trained network, its weights thrown away
  winnow supermask --kind edge-popup --density 30%
  winnow supermask --pressure 2 --trials 3 --json   sparser masks, three times

Accuracies are those of networks in which no weight was ever trained. The same command continues where it was interrupted.`;

interface SupermaskFlags extends TrainingFlags, Pick<RunningFlags, 'workers' | 'checkpointEvery' | 'out' | 'json'> {
  readonly kind?: SupermaskKind;
  readonly values?: FrozenValues;
  readonly criterion?: string;
  readonly rescale: boolean;
  readonly pressure?: number;
  readonly density?: number;
}

export function supermaskCommand(): Command {
  const command = new Command('supermask')
    .description('Finds a supermask: a mask under which a network works although none of its weights is trained.')
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  command.optionsGroup('Masks:');
  addFlag(command, '--kind <kind>', supermaskKinds.join(', '), (flag) => oneOf(flag, supermaskKinds), 'learned');
  addFlag(
    command,
    '--values <what>',
    `what frozen weights are: ${frozenValues.join(', ')}`,
    (flag) => oneOf(flag, frozenValues),
    'signed-constant',
  );
  addFlag(
    command,
    '--criterion <name>',
    `of heuristic masks: ${criterionNames.join(', ')}; or the path of a file that exports your own`,
    () => String,
    'large-final-same-sign',
  );
  command.option('--no-rescale', 'learned, edge-popup: leave out the dynamic weight rescaling');
  addFlag(
    command,
    '--pressure <x>',
    'learned: added to the loss times the expected density',
    (flag) => number(flag, { from: 0, to: 1e6 }),
    0,
  );
  addFlag(
    command,
    '--density <share>',
    'edge-popup: what every layer keeps',
    (flag) => fraction(flag, { above: 0, to: 1 }),
    '50%',
  );
  addTrainingFlags(command, {
    title: 'Training of the scores (heuristic: of the dense network, defaults as in find):',
    usual: normaliseSupermask({}).base.recipe,
    hasNamedRecipes: false,
    hasTrials: true,
  });
  addPlaceFlags(command);
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command.addHelpText('after', examples).action(supermask);
}

async function supermask(network: string | undefined, flags: SupermaskFlags): Promise<void> {
  const { kind, values, criterion, pressure, density, data, seed, trials, validation, stratified, dropout } = flags;
  const experiment = normaliseSupermask({
    ...given({ kind, values, criterion, pressure, density, data, seed, trials, network, dropout }),
    ...(flags.rescale ? {} : { rescale: false }),
    split: given({ validation, stratified }),
    recipe: given(recipeFrom(flags, {})),
  });
  const words = wordsOf(network, flags);
  const out = flags.out ?? join(runsFolder, ['supermask', ...words].map(fileName).join('-'));
  const { workers, checkpointEvery, json = false } = flags;
  const view = supermaskView(json);
  const summary = await interruptible(
    (signal) =>
      runSupermask(experiment, {
        out,
        signal,
        choice: backendChoiceFromEnvironment(process.env),
        ...(workers !== undefined && { workers }),
        ...(checkpointEvery !== undefined && { checkpointEverySeconds: checkpointEvery }),
        command: [
          'winnow supermask',
          ...words,
          ...(experiment.base.trials > 1 ? [`--trials ${experiment.base.trials}`] : []),
        ].join(' '),
        onEvent: view.show,
      }),
    view.say,
  ).finally(view.close);
  if (json) {
    console.log(JSON.stringify(summary));
    return;
  }
  console.log(`\n${supermaskSentence(summary)}\n`);
  console.log(`Run     ${shownPath(out)}`);
  console.log(`Report  ${shownPath(join(out, 'report.md'))}`);
}

/** The flags that decide the results and take a value; how many trials there are only adds some. A folder is named after them in this order. */
const deciding = {
  ...{ kind: true, values: true, criterion: true, pressure: true, density: true },
  ...{ data: true, seed: true, validation: true, iterations: true, batch: true },
  ...{ optimizer: true, lr: true, momentum: true, beta1: true, beta2: true, epsilon: true },
  ...{ lrSchedule: true, lrSteps: true, lrFactor: true, warmup: true },
  ...{ weightDecay: true, initialisation: true, evaluateEvery: true, augment: true, dropout: true },
} satisfies Record<Exclude<keyof SupermaskFlags, 'trials' | 'recipe' | 'rescale' | 'stratified' | Running>, true>;

type Running = 'workers' | 'checkpointEvery' | 'out' | 'json';

/** The same as words of a command line. */
function wordsOf(network: string | undefined, flags: SupermaskFlags): readonly string[] {
  const words = (Object.keys(deciding) as readonly (keyof typeof deciding)[]).flatMap((key) => {
    const value = flags[key];
    if (value === undefined) return [];
    const said = Array.isArray(value) && value.length === 0 ? 'none' : String(value);
    return [`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${quoted(said)}`];
  });
  return [
    ...(network === undefined ? [] : [network]),
    ...words,
    ...(flags.rescale ? [] : ['--no-rescale']),
    ...(flags.stratified ? ['--stratified'] : []),
  ];
}

import { join } from 'node:path';
import {
  backendChoiceFromEnvironment,
  type Initialisation,
  initialisationByName,
  initialisationNames,
  networkNames,
} from '@winnow/engine';
import {
  type FrozenValues,
  frozenValues,
  normaliseSupermask,
  runSupermask,
  type SupermaskEvent,
  type SupermaskKind,
  supermaskKinds,
  supermaskSentence,
} from '@winnow/lab';
import { criterionNames } from '@winnow/tickets';
import { Command } from 'commander';
import { addFlag } from '../options/flag.js';
import { fraction, number, oneOf, wholeNumber } from '../options/numbers.js';
import { runsFolder } from '../options/run-name.js';
import { usualNetwork } from '../options/training.js';
import { interruptible } from '../run/interrupt.js';
import { count, percent } from '../view/format.js';
import { shownPath } from '../view/path.js';

const examples = `
Examples:
  winnow supermask                                  learned: rescaled signed constants, some minutes
  winnow supermask --kind heuristic                 one-shot masks of a trained network, its weights thrown away
  winnow supermask --kind edge-popup --density 30%
  winnow supermask --pressure 2 --trials 3 --json   sparser masks, three times

Accuracies are those of networks in which no weight was ever trained. The same command continues where it was interrupted.`;

interface SupermaskFlags {
  readonly kind?: SupermaskKind;
  readonly values?: FrozenValues;
  readonly criterion?: string;
  readonly rescale: boolean;
  readonly pressure?: number;
  readonly density?: number;
  readonly data?: string;
  readonly seed?: number;
  readonly trials?: number;
  readonly validation?: number;
  readonly stratified?: boolean;
  readonly iterations?: number;
  readonly batch?: number;
  readonly optimizer?: 'sgd' | 'momentum' | 'adam';
  readonly lr?: number;
  readonly momentum?: number;
  readonly lrSchedule?: 'constant' | 'cosine';
  readonly initialisation?: Initialisation;
  readonly evaluateEvery?: number;
  readonly workers?: number;
  readonly checkpointEvery?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function supermaskCommand(): Command {
  const command = new Command('supermask')
    .description('Finds a supermask: a mask under which a network works although none of its weights is trained.')
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  const whole = (flag: string) => wholeNumber(flag, { from: 1, to: 0x7fff_ffff });
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
  command.optionsGroup('Data and trials:');
  addFlag(
    command,
    '--data <name>',
    'mnist, fashion-mnist (either with :FOLDER), or ./FOLDER of IDX files',
    () => String,
    'mnist',
  );
  addFlag(command, '--seed <n>', 'decides every draw', (flag) => wholeNumber(flag, { from: 0 }), 1);
  addFlag(
    command,
    '--trials <n>',
    'repetitions with other draws',
    (flag) => wholeNumber(flag, { from: 1, to: 10_000 }),
    1,
  );
  addFlag(command, '--validation <n>', 'examples held out of the training set for validation', whole, 5000);
  command.option('--stratified', 'hold out the same share of every class');
  command.optionsGroup('Training of the scores (heuristic: of the dense network, defaults as in find):');
  addFlag(command, '--iterations <n>', 'training steps', whole, 30_000);
  addFlag(command, '--batch <n>', 'examples in a step', whole, 250);
  addFlag(
    command,
    '--optimizer <name>',
    'sgd, momentum, adam',
    (flag) => oneOf(flag, ['sgd', 'momentum', 'adam'] as const),
    'adam',
  );
  addFlag(command, '--lr <rate>', 'learning rate', (flag) => number(flag, { above: 0, to: 3.4e38 }), 0.1);
  addFlag(command, '--momentum <share>', 'of the optimizer momentum', (flag) => number(flag, { from: 0, below: 1 }));
  addFlag(
    command,
    '--lr-schedule <kind>',
    'constant, cosine',
    (flag) => oneOf(flag, ['constant', 'cosine'] as const),
    'cosine',
  );
  addFlag(
    command,
    '--initialisation <name>',
    initialisationNames.join(', '),
    () => initialisationByName,
    'glorot-normal',
  );
  addFlag(command, '--evaluate-every <n>', 'iterations between evaluations', whole, 1000);
  command.optionsGroup('Running:');
  addFlag(
    command,
    '--workers <n>',
    'trials at the same time',
    (flag) => wholeNumber(flag, { from: 1, to: 1024 }),
    'one a core',
  );
  addFlag(
    command,
    '--checkpoint-every <s>',
    'seconds between checkpoints',
    (flag) => number(flag, { above: 0, to: 86_400 }),
    30,
  );
  addFlag(command, '--out <folder>', 'the run folder', () => String, 'runs/ and a readable name');
  command.option('--json', 'print the result as one JSON object');
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command.addHelpText('after', examples).action(supermask);
}

async function supermask(network: string | undefined, flags: SupermaskFlags): Promise<void> {
  const { kind, values, criterion, pressure, density, data, seed, trials, validation, stratified } = flags;
  const { iterations, batch, initialisation, evaluateEvery, lrSchedule, optimizer, lr, momentum } = flags;
  const experiment = normaliseSupermask({
    ...given({ kind, values, criterion, pressure, density, data, seed, trials, network }),
    ...(flags.rescale ? {} : { rescale: false }),
    split: given({ validation, stratified }),
    recipe: {
      ...given({ iterations, batch, initialisation, evaluateEvery }),
      ...(lrSchedule !== undefined && { schedule: { kind: lrSchedule } }),
      optimizer: given({ name: optimizer, rate: lr, momentum }),
    },
  });
  const words = wordsOf(network, flags);
  const out = flags.out ?? join(runsFolder, ['supermask', ...words].map(fileName).join('-'));
  const { workers, checkpointEvery, json = false } = flags;
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
        onEvent: (event) => say(event),
      }),
    (message) => console.error(message),
  );
  if (json) {
    console.log(JSON.stringify(summary));
    return;
  }
  console.log(`\n${supermaskSentence(summary)}\n`);
  console.log(`Run     ${shownPath(out)}`);
  console.log(`Report  ${shownPath(join(out, 'report.md'))}`);
}

/** Progress goes to standard error, so that standard output holds the result alone. */
function say(event: SupermaskEvent): void {
  switch (event.kind) {
    case 'dense':
      if (event.event.kind === 'note') console.error(event.event.message);
      if (event.event.kind === 'cell-progress')
        tick(event.event.cell.trial, event.event.iteration, event.event.iterations);
      return;
    case 'progress':
      tick(event.trial, event.iteration, event.iterations);
      return;
    case 'trial-finished': {
      const { trial, density, deterministicTestAccuracy: accuracy } = event.trial;
      const end = process.stderr.isTTY === true ? '\r\x1b[K' : '';
      const again = event.reused ? ' (was there)' : '';
      console.error(
        `${end}Trial ${trial}: ${percent(accuracy, 2)} right on the test set with ${percent(density)} of the weights${again}`,
      );
    }
  }
}

/** One line that changes, on a terminal only. */
function tick(trial: number, iteration: number, iterations: number): void {
  if (process.stderr.isTTY === true)
    process.stderr.write(`\r\x1b[KTrial ${trial}: ${count(iteration)} of ${count(iterations)} steps`);
}

/** What decides the results, as words of a command line. */
function wordsOf(network: string | undefined, flags: SupermaskFlags): readonly string[] {
  const named = {
    kind: 'kind',
    values: 'values',
    criterion: 'criterion',
    pressure: 'pressure',
    density: 'density',
    data: 'data',
    seed: 'seed',
    validation: 'validation',
    iterations: 'iterations',
    batch: 'batch',
    optimizer: 'optimizer',
    lr: 'lr',
    momentum: 'momentum',
    lrSchedule: 'lr-schedule',
    initialisation: 'initialisation',
    evaluateEvery: 'evaluate-every',
  } as const;
  const words = Object.entries(named).flatMap(([key, flag]) => {
    const value = flags[key as keyof typeof named];
    return value === undefined ? [] : [`--${flag} ${value}`];
  });
  return [
    ...(network === undefined ? [] : [network]),
    ...words,
    ...(flags.rescale ? [] : ['--no-rescale']),
    ...(flags.stratified ? ['--stratified'] : []),
  ];
}

const fileName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|-+$/g, '');

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The entries that are not undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

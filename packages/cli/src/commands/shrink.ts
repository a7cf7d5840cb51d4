import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '@winnow/arithmetic';
import { backendChoiceFromEnvironment, networkNames } from '@winnow/engine';
import { normaliseShrink, runShrink, shrinkSentence, ticketOf } from '@winnow/lab';
import { criterionNames } from '@winnow/tickets';
import { Command } from 'commander';
import { inputFrom } from '../options/experiment.js';
import { addFlag } from '../options/flag.js';
import { fraction, number, numbers, oneOf, wholeNumber, wholeNumbers } from '../options/numbers.js';
import { fileName, runsFolder } from '../options/run-name.js';
import { usualNetwork } from '../options/training.js';
import { interruptible } from '../run/interrupt.js';
import { writeBytes } from '../ticket/ticket-file.js';
import { shownPath } from '../view/path.js';
import { shrinkView } from '../view/shrink-view.js';

interface ShrinkFlags {
  readonly data?: string;
  readonly seed?: number;
  readonly validation?: number;
  readonly stratified?: boolean;
  readonly floor?: number;
  readonly budget?: number;
  readonly iterations?: number;
  readonly levels?: number;
  readonly rate?: number;
  readonly criterion?: string;
  readonly scope?: 'layer' | 'global';
  readonly pressures?: readonly number[] | 'none';
  readonly supermaskIterations?: number;
  readonly values?: readonly number[];
  readonly densest?: number;
  readonly tuningIterations?: number;
  readonly weightDecay?: number;
  readonly shift?: number;
  readonly distil?: number;
  readonly all?: boolean;
  readonly workers?: number;
  readonly out?: string;
  readonly output?: string;
  readonly json?: boolean;
}

const usual = { floor: 0.98, levels: 18, file: 'smallest.ticket' } as const;

const examples = `
Examples:
  winnow shrink --floor 98% -o digits.ticket
  winnow shrink --floor 98.4% --shift 1 -o digits.ticket     training images shifted by up to a pixel
  winnow shrink --data ./letters --floor 95% --pressures none --budget 10
  winnow shrink --all --json                                 every file, for the plot

Validation data choose; test accuracy is shown and decides nothing. The same command continues where it was interrupted, and
another --floor uses all that is finished.`;

export function shrinkCommand(): Command {
  const command = new Command('shrink')
    .description('Finds the smallest file of a network that keeps an accuracy: tickets and supermasks of many sizes.')
    .argument('[network]', `${networkNames.join(', ')} (default: ${usualNetwork})`);
  const whole = (flag: string) => wholeNumber(flag, { from: 1, to: 0x7fff_ffff });
  command.optionsGroup('What is wanted:');
  addFlag(command, '--data <name>', 'as for find --data', () => String, 'mnist');
  addFlag(
    command,
    '--floor <share>',
    'of the validation images that the file must classify right',
    (flag) => fraction(flag, { above: 0, to: 1 }),
    '98%',
  );
  addFlag(
    command,
    '--budget <minutes>',
    'after which nothing new is begun but the search itself',
    (flag) => number(flag, { above: 0, to: 1e6 }),
    'none',
  );
  command.option('-o, --output <file>', `the file to write (default: ${usual.file})`);
  command.optionsGroup('Search:');
  addFlag(command, '--seed <n>', 'decides every draw', (flag) => wholeNumber(flag, { from: 0 }), 1);
  addFlag(command, '--validation <n>', 'examples held out of the training set for validation', whole, 5000);
  command.option('--stratified', 'hold out the same share of every class');
  addFlag(command, '--iterations <n>', 'training steps of one network', whole, 12_000);
  addFlag(
    command,
    '--levels <n>',
    'rounds of pruning',
    (flag) => wholeNumber(flag, { from: 1, to: 100 }),
    usual.levels,
  );
  addFlag(
    command,
    '--rate <share>',
    'of the survivors that a round removes',
    (flag) => fraction(flag, { above: 0, below: 1 }),
    '20%',
  );
  addFlag(
    command,
    '--criterion <name>',
    `${criterionNames.join(', ')}; or the path of a file that exports your own`,
    () => String,
    'large-final',
  );
  addFlag(
    command,
    '--scope <scope>',
    'layer: each by itself; global: all together',
    (flag) => oneOf(flag, ['layer', 'global'] as const),
    'layer',
  );
  addFlag(
    command,
    '--pressures <list>',
    'a supermask for each, sparser the higher; none for no supermasks',
    (flag) => (text) => (text === 'none' ? ('none' as const) : numbers(flag, { from: 0, to: 1e6 })(text)),
    '1,2',
  );
  addFlag(command, '--supermask-iterations <n>', 'training steps of a supermask', whole, 20_000);
  command.optionsGroup('Survivors:');
  addFlag(
    command,
    '--values <list>',
    'how many different values a layer may have: each is tried',
    (flag) => wholeNumbers(flag, { from: 2, to: 256 }),
    '2,4,6,8,16',
  );
  addFlag(
    command,
    '--weight-decay <x>',
    'while they are trained on',
    (flag) => number(flag, { from: 0, to: 1e3 }),
    1e-4,
  );
  addFlag(command, '--tuning-iterations <n>', 'steps in which they are trained on', whole, "the search's");
  addFlag(
    command,
    '--densest <share>',
    'levels of a higher density are left out',
    (flag) => fraction(flag, { above: 0, to: 1 }),
    '100%',
  );
  addFlag(
    command,
    '--shift <pixels>',
    'by which training images are shifted, other in every epoch, while they are trained on',
    (flag) => wholeNumber(flag, { from: 0, to: 8 }),
    0,
  );
  addFlag(
    command,
    '--distil <temperature>',
    "they learn from the search's best network at this temperature, such as 2",
    (flag) => number(flag, { above: 0, to: 1000 }),
    'not',
  );
  command.option('--all', 'make every file, also those that cannot be the smallest');
  command.optionsGroup('Running:');
  addFlag(
    command,
    '--workers <n>',
    'trainings at the same time',
    (flag) => wholeNumber(flag, { from: 1, to: 1024 }),
    'one a core',
  );
  addFlag(command, '--out <folder>', 'the run folder', () => String, 'runs/ and a readable name');
  command.option('--json', 'print the result as one JSON object');
  command.optionsGroup('Help:').helpOption('-h, --help', 'show this help');
  return command.addHelpText('after', examples).action(shrink);
}

async function shrink(network: string | undefined, flags: ShrinkFlags): Promise<void> {
  const { floor, pressures, supermaskIterations, values, weightDecay, shift, distil, all, budget, workers } = flags;
  const { densest, tuningIterations } = flags;
  const { data, seed, validation, stratified, iterations, levels = usual.levels, rate, criterion, scope } = flags;
  const search = inputFrom(
    network,
    defined({ data, seed, validation, stratified, iterations, levels, rate, criterion, scope }),
    {},
  );
  const experiment = normaliseShrink({
    search,
    ...defined({ floor, supermaskIterations, values, densest, tuningIterations, weightDecay, shift, distil, all }),
    ...(pressures !== undefined && { pressures: pressures === 'none' ? [] : pressures }),
  });
  const words = wordsOf(network, flags);
  const out = flags.out ?? join(runsFolder, ['shrink', ...words.filter(decidesFolder)].map(fileName).join('-'));
  const file = flags.output ?? usual.file;
  const view = shrinkView(flags.json ?? false);
  const summary = await interruptible(
    (signal) =>
      runShrink(experiment, {
        ...{ out, signal, choice: backendChoiceFromEnvironment(process.env), onEvent: view.show },
        ...defined({ budgetMinutes: budget, workers }),
        command: ['winnow shrink', ...words, `-o ${file}`].join(' '),
      }),
    view.say,
  ).finally(view.close);
  if (summary.smallest !== null) await writeBytes(file, await readFile(ticketOf(summary)));
  if (flags.json === true) console.log(JSON.stringify({ file: summary.smallest === null ? null : file, ...summary }));
  else {
    if (summary.smallest !== null) console.log(`\n${file}: ${shrinkSentence(summary)}\n`);
    console.log(`Run     ${shownPath(out)}`);
    console.log(`Report  ${shownPath(join(out, 'report.html'))}`);
  }
  if (summary.smallest === null) throw new RunError(`${shrinkSentence(summary)} Lower --floor.`);
}

const named = {
  floor: 'floor',
  budget: 'budget',
  data: 'data',
  seed: 'seed',
  validation: 'validation',
  iterations: 'iterations',
  levels: 'levels',
  rate: 'rate',
  criterion: 'criterion',
  scope: 'scope',
  pressures: 'pressures',
  supermaskIterations: 'supermask-iterations',
  values: 'values',
  densest: 'densest',
  tuningIterations: 'tuning-iterations',
  weightDecay: 'weight-decay',
  shift: 'shift',
  distil: 'distil',
} as const;

/** What decides the results, as words of a command line. */
function wordsOf(network: string | undefined, flags: ShrinkFlags): readonly string[] {
  const words = Object.entries(named).flatMap(([key, flag]) => {
    const value = flags[key as keyof typeof named];
    return value === undefined ? [] : [`--${flag} ${value}`];
  });
  return [
    ...(network === undefined ? [] : [network]),
    ...words,
    ...(flags.stratified ? ['--stratified'] : []),
    ...(flags.all ? ['--all'] : []),
  ];
}

/** What other commands may change in the same folder: which files are made and chosen, not what is in them. */
const decidesFolder = (word: string): boolean =>
  !['floor', 'budget', 'values', 'pressures', 'levels', 'densest', 'shift', 'distil', 'all'].some(
    (free) => word.split(' ')[0] === `--${free}`,
  );

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The entries that are not undefined. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

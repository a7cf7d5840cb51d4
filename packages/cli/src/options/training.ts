import {
  type Augmentation,
  augmentations,
  type Initialisation,
  initialisationByName,
  initialisationNames,
  networkByName,
  optimizerByName,
  optimizerNames,
  type Recipe,
  recipeFor,
  recipeNames,
} from '@winnow/engine';
import type { Command } from 'commander';
import { addFlag } from './flag.js';
import { number, oneOf, someOf, wholeNumber, wholeNumbers } from './numbers.js';

/** What the flags below say; undefined where a flag is missing. */
export interface TrainingFlags {
  readonly data?: string;
  readonly seed?: number;
  readonly trials?: number;
  readonly validation?: number;
  readonly stratified?: boolean;
  readonly recipe?: string;
  readonly iterations?: number;
  readonly batch?: number;
  readonly optimizer?: string;
  readonly lr?: number;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly lrSchedule?: 'constant' | 'step' | 'cosine';
  readonly lrSteps?: readonly number[];
  readonly lrFactor?: number;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly initialisation?: Initialisation;
  readonly evaluateEvery?: number;
  readonly augment?: readonly Augmentation[];
  readonly dropout?: number;
}

/** The network that the commands take when none is named, and the help text speaks of. */
export const usualNetwork = 'lenet-300-100';
const largest = { single: 3.4028234663852886e38, count: 0x7fff_ffff, trials: 10_000 };

/** What differs where something else than the network's weights is trained. */
export interface TrainingGroup {
  /** Above the flags of the recipe in the help text. */
  readonly title: string;
  /** What the help text names as defaults. */
  readonly usual: Recipe;
  /** Whether the papers' recipes can be asked for by name. */
  readonly hasNamedRecipes: boolean;
  /** Whether a training can be repeated with other draws. */
  readonly hasTrials: boolean;
}

/** Training of a network's weights. */
export const weightTraining = (): TrainingGroup => ({
  title: 'Training:',
  usual: recipeFor(networkByName(usualNetwork)),
  hasNamedRecipes: true,
  hasTrials: true,
});

/** Flags that decide a training: data, trials and recipe. */
export function addTrainingFlags(
  command: Command,
  { title, usual, hasNamedRecipes, hasTrials }: TrainingGroup = weightTraining(),
): Command {
  const count = (flag: string) => wholeNumber(flag, { from: 1, to: largest.count });

  command.optionsGroup('Data and trials:');
  addFlag(
    command,
    '--data <name>',
    'mnist, fashion-mnist, cifar-10, cifar-100 (each with :FOLDER), ./FOLDER of IDX files or of PNGs, ./FILE.npz',
    () => String,
    'mnist',
  );
  addFlag(command, '--seed <n>', 'decides every draw', (flag) => wholeNumber(flag, { from: 0 }), 1);
  const trials = (flag: string) => wholeNumber(flag, { from: 1, to: largest.trials });
  if (hasTrials) addFlag(command, '--trials <n>', 'repetitions with other draws', trials, 1);
  addFlag(command, '--validation <n>', 'examples held out of the training set for validation', count, 5000);
  command.option('--stratified', 'hold out the same share of every class');

  command.optionsGroup(title);
  if (hasNamedRecipes)
    addFlag(command, '--recipe <name>', `of the network's paper: ${recipeNames.join(', ')}`, () => String);
  addFlag(command, '--iterations <n>', 'training steps of one network', count, usual.iterations);
  addFlag(command, '--batch <n>', 'examples in a step', count, usual.batch);
  const optimizer = () => (text: string) => optimizerByName(text).name;
  addFlag(command, '--optimizer <name>', optimizerNames.join(', '), optimizer, usual.optimizer.name);
  addFlag(
    command,
    '--lr <rate>',
    'learning rate',
    (flag) => number(flag, { above: 0, to: largest.single }),
    usual.optimizer.rate,
  );
  addFlag(command, '--momentum <share>', 'of the optimizer momentum', (flag) => number(flag, { from: 0, below: 1 }));
  addFlag(command, '--beta1 <share>', 'of the optimizer adam', (flag) => number(flag, { from: 0, below: 1 }));
  addFlag(command, '--beta2 <share>', 'of the optimizer adam', (flag) => number(flag, { from: 0, below: 1 }));
  addFlag(command, '--epsilon <x>', 'of the optimizer adam', (flag) => number(flag, { above: 0, to: 1 }));
  const schedules = ['constant', 'step', 'cosine'] as const;
  addFlag(command, '--lr-schedule <kind>', schedules.join(', '), (flag) => oneOf(flag, schedules), usual.schedule.kind);
  addFlag(command, '--lr-steps <n,n,…>', 'iterations at which the rate drops (--lr-schedule step)', (flag) =>
    wholeNumbers(flag, { from: 1 }),
  );
  addFlag(
    command,
    '--lr-factor <x>',
    'what each drop multiplies the rate by',
    (flag) => number(flag, { above: 0, to: 1 }),
    dropFactor,
  );
  addFlag(
    command,
    '--warmup <n>',
    'iterations over which the rate rises from 0',
    (flag) => wholeNumber(flag, { from: 0, to: largest.count }),
    usual.warmup,
  );
  addFlag(
    command,
    '--weight-decay <x>',
    'L2 on the weights',
    (flag) => number(flag, { from: 0, to: largest.single }),
    usual.weightDecay,
  );
  addFlag(
    command,
    '--initialisation <name>',
    initialisationNames.join(', '),
    () => initialisationByName,
    usual.initialisation,
  );
  addFlag(
    command,
    '--augment <how,…>',
    `move the training pictures each time: ${augmentations.join(', ')}, or none`,
    (flag) => someOf(flag, augmentations),
    'none',
  );
  addFlag(command, '--dropout <rate>', 'leave out values behind the hidden dense layers in training', (flag) =>
    number(flag, { above: 0, below: 1 }),
  );
  addFlag(command, '--evaluate-every <n>', 'iterations between evaluations', count, usual.evaluateEvery);
  return command;
}

/** What a drop of `--lr-schedule step` multiplies the rate by, unless `--lr-factor` says otherwise. */
export const dropFactor = 0.1;

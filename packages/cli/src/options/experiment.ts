import { UserError } from '@winnow/arithmetic';
import { type Experiment, type ExperimentInput, loadExperimentInput, normaliseExperiment } from '@winnow/lab';
import type { PruningFlags } from './pruning.js';
import type { RunningFlags } from './running.js';
import { dropFactor, type TrainingFlags, usualNetwork } from './training.js';

export type SearchFlags = TrainingFlags & PruningFlags & RunningFlags;

/**
 * The experiment that a command line asks for: its config file, if it names one, and over it the flags.
 * @throws UserError for a setting that is wrong, or two that exclude each other
 */
export async function experimentFrom(network: string | undefined, flags: SearchFlags): Promise<Experiment> {
  const file = flags.config === undefined ? {} : await loadExperimentInput(flags.config);
  return normaliseExperiment(inputFrom(network, flags, file), 'The command');
}

/** The flags laid over the input of a config file. */
export function inputFrom(
  network: string | undefined,
  flags: SearchFlags,
  file: Partial<ExperimentInput>,
): ExperimentInput {
  const { seed, trials, schedule, rewind, mask1, mask0 } = flags;
  const controls = controlsFrom(flags, file.controls);
  return {
    network: usualNetwork,
    data: 'mnist',
    ...file,
    ...given({
      network,
      data: flags.data,
      seed,
      trials,
      schedule,
      rewind,
      mask1,
      mask0,
      controls,
      controlLevels: flags.controlLevels,
      dropout: flags.dropout,
      earlyBird: earlyBirdFrom(flags, file.earlyBird),
    }),
    split: { ...file.split, ...given({ validation: flags.validation, stratified: flags.stratified }) },
    recipe: recipeFrom(flags, file.recipe ?? {}),
    pruning: pruningFrom(flags, file.pruning ?? {}),
  };
}

type Recipe = NonNullable<ExperimentInput['recipe']>;

/** The flags of a recipe laid over that of a config file. @throws UserError for flags that exclude each other */
export function recipeFrom(flags: TrainingFlags, file: Recipe): Recipe {
  const { iterations, batch, warmup, weightDecay, evaluateEvery, initialisation } = flags;
  const schedule = rateScheduleFrom(flags, file.schedule);
  const { optimizer: name, lr: rate, momentum, beta1, beta2, epsilon } = flags;
  // Settings in the file belong to the optimizer that it names.
  const fromFile = name === undefined || name === file.optimizer?.name ? file.optimizer : {};
  const optimizer = { ...fromFile, ...given({ name, rate, momentum, beta1, beta2, epsilon }) };
  return {
    ...file,
    ...given({
      name: flags.recipe,
      iterations,
      batch,
      warmup,
      weightDecay,
      evaluateEvery,
      initialisation,
      schedule,
      augmentation: flags.augment,
    }),
    optimizer,
  };
}

function rateScheduleFrom(flags: TrainingFlags, file: Recipe['schedule']): Recipe['schedule'] {
  const { lrSteps, lrFactor } = flags;
  const kind = flags.lrSchedule ?? file?.kind ?? 'constant';
  if (kind !== 'step') {
    if (lrSteps !== undefined) throw new UserError('--lr-steps needs --lr-schedule step.');
    if (lrFactor !== undefined) throw new UserError('--lr-factor needs --lr-schedule step.');
    return flags.lrSchedule === undefined ? file : { kind };
  }
  const before = file?.kind === 'step' ? file : undefined;
  const at = lrSteps ?? before?.at;
  if (at === undefined) throw new UserError('--lr-schedule step needs --lr-steps, such as --lr-steps 6000,9000.');
  return { kind, at, factor: lrFactor ?? before?.factor ?? dropFactor };
}

type Pruning = NonNullable<ExperimentInput['pruning']>;

function pruningFrom(flags: PruningFlags, { rounds, density, ...file }: Pruning): Pruning {
  const { rate, outputRate, convolutionRate, scope, criterion, keepLayersAlive } = flags;
  if (flags.levels !== undefined && flags.density !== undefined) {
    throw new UserError('--levels and --density say the same thing: give one of them.');
  }
  const depth =
    flags.levels === undefined && flags.density === undefined
      ? { rounds, density }
      : { rounds: flags.levels, density: flags.density };
  return { ...file, ...given({ ...depth, rate, outputRate, convolutionRate, scope, criterion, keepLayersAlive }) };
}

function earlyBirdFrom(
  { earlyBird: threshold, earlyBirdWindow: window }: PruningFlags,
  file: ExperimentInput['earlyBird'],
): ExperimentInput['earlyBird'] {
  if (threshold === undefined && window === undefined) return undefined;
  if (threshold === undefined && file === undefined) throw new UserError('--early-bird-window needs --early-bird.');
  return { ...(typeof file === 'object' ? file : {}), ...given({ threshold, window }) };
}

/** `--replicates` counts for every control; what the file says of replicates stands where the flags are silent. */
function controlsFrom(
  { controls, replicates }: PruningFlags,
  file: ExperimentInput['controls'],
): ExperimentInput['controls'] {
  if (controls === undefined && replicates === undefined) return undefined;
  const kinds =
    controls ??
    (file ?? (['reinit', 'random'] as const)).map((control) => (typeof control === 'string' ? control : control.kind));
  return kinds.map((kind) => {
    const inFile = file?.find((control) => typeof control !== 'string' && control.kind === kind);
    const before = typeof inFile === 'object' ? inFile.replicates : undefined;
    return { kind, ...given({ replicates: replicates ?? before }) };
  });
}

export type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The entries that are not undefined. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

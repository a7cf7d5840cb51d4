import { dropoutOf, networkByName, withDropout } from '@winnow/engine';
import { type Experiment, normaliseExperiment } from '@winnow/lab';
import { earlyBirdDefaults } from '@winnow/tickets';
import { usualNetwork } from './training.js';

/** A flag with its value; true for one that takes none. */
export type FlagValue = readonly [flag: string, value: string | number | true];

/**
 * The flags that ask for this experiment, in the order of the help text: only those that differ from the defaults. What
 * flags cannot say (a network of one's own, controls with different numbers of replicates) is left out.
 */
export function flagsOf(experiment: Experiment): readonly FlagValue[] {
  const { network, data, split, recipe, pruning, rewind, controls, schedules } = experiment;
  const { optimizer, schedule } = recipe;
  const usual = normaliseExperiment({ network, data, recipe: { optimizer: { name: optimizer.name } } });
  const usualOptimizer: Readonly<Record<string, unknown>> = { ...usual.recipe.optimizer };
  const flags: FlagValue[] = [];
  const add = (flag: string, value: string | number | boolean, usualValue: unknown) => {
    if (value !== usualValue && value !== false) flags.push([flag, value]);
  };

  add('--data', dataName(experiment), 'mnist');
  add('--seed', experiment.seed, usual.seed);
  add('--trials', experiment.trials, usual.trials);
  add('--validation', split.validation, usual.split.validation);
  add('--stratified', split.stratified, false);
  add('--iterations', recipe.iterations, usual.recipe.iterations);
  add('--batch', recipe.batch, usual.recipe.batch);
  add('--optimizer', optimizer.name, normaliseExperiment({ network, data }).recipe.optimizer.name);
  const { name: _, rate, ...settings } = optimizer;
  add('--lr', rate, usualOptimizer.rate);
  for (const [setting, value] of Object.entries(settings)) add(`--${setting}`, value, usualOptimizer[setting]);
  const usualSchedule = normaliseExperiment({ network, data, recipe: { iterations: recipe.iterations } }).recipe
    .schedule;
  if (JSON.stringify(schedule) !== JSON.stringify(usualSchedule)) {
    add('--lr-schedule', schedule.kind, undefined);
    if (schedule.kind === 'step') {
      add('--lr-steps', schedule.at.join(','), undefined);
      add('--lr-factor', schedule.factor, undefined);
    }
  }
  add('--warmup', recipe.warmup, usual.recipe.warmup);
  add('--weight-decay', recipe.weightDecay, usual.recipe.weightDecay);
  add('--initialisation', recipe.initialisation, usual.recipe.initialisation);
  add('--augment', recipe.augmentation.join(',') || 'none', usual.recipe.augmentation.join(',') || 'none');
  add('--dropout', dropoutOf(network) ?? false, false);
  add('--evaluate-every', recipe.evaluateEvery, usual.recipe.evaluateEvery);
  add('--levels', experiment.levels, usual.levels);
  add('--rate', pruning.rate, usual.pruning.rate);
  add('--output-rate', pruning.outputRate, usual.pruning.outputRate === 0 ? 0 : pruning.rate / 2);
  add('--convolution-rate', pruning.convolutionRate ?? pruning.rate, usual.pruning.convolutionRate ?? pruning.rate);
  add('--scope', pruning.scope, usual.pruning.scope);
  const { criterion } = pruning;
  add('--criterion', typeof criterion === 'string' ? criterion : criterion.file, usual.pruning.criterion);
  add('--keep-layers-alive', pruning.keepLayersAlive, false);
  add('--schedule', schedules.join(','), usual.schedules.join(','));
  add('--rewind', rewind.kind === 'rate' ? 'rate' : rewind.iteration, 0);
  add('--mask-1', experiment.mask1, 'rewind');
  add('--mask-0', experiment.mask0, 'zero');
  const { earlyBird } = experiment;
  if (earlyBird !== undefined) {
    add('--early-bird', earlyBird.threshold, undefined);
    add('--early-bird-window', earlyBird.window, earlyBirdDefaults.window);
  }
  add(
    '--controls',
    controls.map(({ kind }) => kind).join(',') || 'none',
    usual.controls.map(({ kind }) => kind).join(','),
  );
  add('--control-levels', experiment.controlLevels?.join(',') ?? 'all', 'all');
  add('--replicates', Math.max(1, ...controls.map(({ replicates }) => replicates)), 1);
  return flags;
}

/** The one line that repeats a run. */
export function commandOf(experiment: Experiment, out?: string): string {
  const { network } = experiment;
  const flags = flagsOf(experiment).flatMap(([flag, value]) =>
    value === true ? [flag] : [flag, quoted(String(value))],
  );
  if (out !== undefined) flags.push('--out', quoted(out));
  const words = network.name === usualNetwork ? [] : [quoted(network.name)];
  if (isKnown(experiment)) return ['npx winnow find', ...words, ...flags].join(' ');
  return ['npx winnow find --config winnow.config.ts', ...flags].join(' ');
}

const dataName = ({ data }: Experiment): string => (typeof data === 'string' ? data : data.name);

/** Whether the network's name says it all. */
function isKnown({ network }: Experiment): boolean {
  try {
    const rate = dropoutOf(network);
    const named = networkByName(network.name);
    return JSON.stringify(rate === null ? named : withDropout(named, rate)) === JSON.stringify(network);
  } catch {
    return false;
  }
}

/** As a POSIX shell reads it back. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

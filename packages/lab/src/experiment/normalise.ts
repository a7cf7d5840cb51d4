import { UserError } from '@winnow/arithmetic';
import { type DataSet, parseDataSpec } from '@winnow/data';
import {
  deepFamilies,
  familyOf,
  type Layer,
  type LayerSpec,
  type Network,
  network,
  networkByName,
  networkForData,
  type RecipeOverrides,
  recipeFor,
  withDropout,
} from '@winnow/engine';
import {
  earlyBirdDefaults,
  isBeforeTraining,
  levelForDensity,
  type Mask0Action,
  type Mask1Action,
  type Rewind,
  requireFlow,
  type Schedule,
} from '@winnow/tickets';
import { canonicalJson } from '../cells/canonical.js';
import { criterionSetting } from '../criteria/criterion-source.js';
import type { Control, Experiment, ExperimentPruning } from './experiment.js';
import { type ExperimentInput, experimentSchema } from './schema.js';
import { settingError } from './setting-error.js';

/** As in Frankle & Carbin 2019 §2, the output layer at half the rate. */
const DEFAULT_RATE = 0.2;
const DEFAULT_LEVELS = 20;
/** As in Frankle & Carbin 2019 for MNIST: 55,000 of 60,000 to train. */
const DEFAULT_VALIDATION = 5000;

/**
 * The complete experiment: what is given, and defaults for the rest.
 *
 * @param where what the input was written in, for messages
 * @throws UserError naming the first setting that is wrong, what it must be and what it is
 */
export function normaliseExperiment(input: ExperimentInput, where = 'The experiment'): Experiment {
  const parsed = experimentSchema.safeParse(input);
  if (!parsed.success) throw settingError(parsed.error, input, where);
  const given = parsed.data;
  const data = given.data as string | DataSet;
  const plain = normaliseNetwork(given.network, data);
  const net = given.dropout === undefined ? plain : withDropout(plain, given.dropout);
  const recipe = recipeFor(net, (given.recipe ?? {}) as RecipeOverrides);
  const pruning = normalisePruning(given.pruning ?? {}, net);
  const rewind = normaliseRewind(given.rewind ?? 0, recipe.iterations);
  const levels = levelsOf(given.pruning ?? {}, net, pruning);
  const schedules = normaliseSchedules(given.schedule ?? 'iterative');
  if (schedules.includes('synflow')) requireFlow(net);
  const actions = normaliseActions(given.mask1 ?? 'rewind', given.mask0 ?? 'zero', schedules, rewind);
  return {
    network: net,
    data,
    split: {
      validation: given.split?.validation ?? DEFAULT_VALIDATION,
      stratified: given.split?.stratified ?? false,
    },
    recipe,
    pruning,
    levels,
    schedules,
    rewind,
    ...actions,
    ...normaliseEarlyBird(given.earlyBird, schedules),
    controls: normaliseControls(given.controls ?? ['reinit', 'random']),
    ...(given.controlLevels !== undefined && { controlLevels: normaliseLevels(given.controlLevels, levels) }),
    trials: given.trials ?? 1,
    seed: given.seed ?? 1,
  };
}

/** Checks an experiment where it is written, for editors and `winnow.config.ts`. @throws UserError as `normaliseExperiment` */
export function defineExperiment(input: ExperimentInput): ExperimentInput {
  normaliseExperiment(input);
  return input;
}

/** A network's name may leave open what the data says. */
function normaliseNetwork(given: string | Network, data: string | DataSet): Network {
  if (typeof given === 'string') {
    const form = typeof data === 'string' ? parseDataSpec(data).source.form : data;
    return form === undefined ? networkByName(given) : networkForData(given, form);
  }
  const { name, inputs, image, layers } = given;
  const made = network(name, image ?? inputs, layers.map(specOf));
  if (canonicalJson(made) === canonicalJson(given)) return made;
  throw new UserError(`The layers of network "${name}" do not fit each other. Make it with network().`);
}

/** What a layer was made from. */
function specOf(layer: Layer): LayerSpec {
  switch (layer.kind) {
    case 'dense':
      return { kind: 'dense', outputs: layer.outputs, name: layer.name };
    case 'convolution':
      return { ...layer, outputs: layer.output.channels };
    case 'average-pool':
      return layer.rows === layer.input.height && layer.columns === layer.input.width
        ? { kind: 'global-average-pool' }
        : { kind: 'average-pool', size: layer.rows, stride: layer.stride };
    case 'residual': {
      const shortcut = layer.shortcut.some(({ kind }) => kind === 'subsample') ? 'padding' : 'projection';
      return { kind: 'residual', body: layer.body.map(specOf), shortcut };
    }
    case 'subsample':
      throw new UserError('A layer of kind "subsample" stands only in the shortcut of a residual layer.');
    default:
      return layer;
  }
}

type PruningInput = NonNullable<ExperimentInput['pruning']>;

/** Frankle & Carbin 2019, figure 2. */
const convolutionRates: Readonly<Record<string, number>> = { 'conv-2': 0.1, 'conv-4': 0.1, 'conv-6': 0.15 };

function normalisePruning(given: PruningInput, net: Network): ExperimentPruning {
  const rate = given.rate ?? DEFAULT_RATE;
  const usual = Object.hasOwn(convolutionRates, familyOf(net)) ? convolutionRates[familyOf(net)] : rate;
  const convolutionRate = given.convolutionRate ?? usual;
  // ResNet and VGG are pruned globally over their convolutions (Frankle & Carbin 2019 §4).
  const isDeep = deepFamilies.includes(familyOf(net));
  return {
    criterion: criterionSetting(given.criterion ?? 'large-final'),
    rate,
    outputRate: given.outputRate ?? (isDeep ? 0 : rate / 2),
    ...(convolutionRate !== rate && { convolutionRate }),
    scope: given.scope ?? (isDeep ? 'global' : 'layer'),
    keepLayersAlive: given.keepLayersAlive ?? false,
  };
}

function levelsOf({ rounds, density }: PruningInput, net: Network, pruning: ExperimentPruning): number {
  if (density === undefined) return rounds ?? DEFAULT_LEVELS;
  if (rounds === undefined) return levelForDensity(net, pruning, density);
  throw new UserError(`pruning has both rounds (${rounds}) and density (${density}). Say one of them.`);
}

function normaliseRewind(given: number | 'rate', iterations: number): Rewind {
  if (given === 'rate') return { kind: 'rate' };
  if (given < iterations) return { kind: 'iteration', iteration: given };
  throw new UserError(`rewind is ${given}, but a training has ${iterations} iterations. Rewind to an earlier one.`);
}

function normaliseSchedules(given: Schedule | readonly Schedule[]): Experiment['schedules'] {
  const [first, ...others] = new Set(typeof given === 'string' ? [given] : given);
  return [first, ...others];
}

/** Both say what tickets start from, so they must not contradict what else does. */
function normaliseActions(
  mask1: Mask1Action,
  mask0: Mask0Action,
  schedules: readonly Schedule[],
  rewind: Rewind,
): Pick<Experiment, 'mask1' | 'mask0'> {
  const isUsual = mask1 === 'rewind' && mask0 === 'zero';
  if (!isUsual && schedules.includes('continued')) {
    throw new UserError(
      'Networks of the schedule "continued" train on from where they are, so mask1 and mask0 do not apply to them.',
    );
  }
  const before = schedules.find(isBeforeTraining);
  if (!isUsual && before !== undefined) {
    throw new UserError(
      `Networks of the schedule "${before}" start from their initial values, so mask1 and mask0 do not apply to them.`,
    );
  }
  if (mask1 !== 'rewind' && (rewind.kind === 'rate' || rewind.iteration > 0)) {
    throw new UserError(`mask1 is "${mask1}", so kept weights are not rewound. Leave out one of mask1 and rewind.`);
  }
  return { mask1, mask0 };
}

/** Only where one search goes on from a round is there one mask to watch. */
function normaliseEarlyBird(
  given: ExperimentInput['earlyBird'],
  schedules: readonly Schedule[],
): Pick<Experiment, 'earlyBird'> {
  if (given === undefined) return {};
  const [schedule, ...others] = schedules;
  if (others.length > 0 || (schedule !== 'iterative' && schedule !== 'one-shot')) {
    throw new UserError(
      `earlyBird watches the mask of one search, "iterative" or "one-shot", not of ${schedules.map((name) => `"${name}"`).join(', ')}.`,
    );
  }
  const { threshold = earlyBirdDefaults.threshold, window = earlyBirdDefaults.window } = given === true ? {} : given;
  return { earlyBird: { threshold, window } };
}

function normaliseControls(given: NonNullable<ExperimentInput['controls']>): readonly Control[] {
  const controls = given.map((control) =>
    typeof control === 'string'
      ? { kind: control, replicates: 1 }
      : { kind: control.kind, replicates: control.kind === 'invert' ? 1 : (control.replicates ?? 1) },
  );
  const kinds = controls.map(({ kind }) => kind);
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  if (twice === undefined) return controls;
  throw new UserError(
    `controls has "${twice}" twice. For more than one of it, write { kind: "${twice}", replicates: 2 }.`,
  );
}

function normaliseLevels(given: readonly number[], levels: number): readonly number[] {
  const far = given.find((level) => level > levels);
  if (far === undefined) return [...new Set(given)].sort((a, b) => a - b);
  throw new UserError(`controlLevels has ${far}, but the search has ${levels} levels. Name levels that are trained.`);
}

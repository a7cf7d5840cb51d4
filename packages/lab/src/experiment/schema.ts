import type { DataSet } from '@winnow/data';
import type { Network } from '@winnow/engine';
import { controlKinds, mask0Actions, mask1Actions, schedules } from '@winnow/tickets';
import * as z from 'zod';
import type { CriterionInput } from '../criteria/criterion-source.js';
import { density, number, oneOf, settings, text, wholeNumber, yesOrNo } from './fields.js';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const network = z.custom<string | Network>(
  (value) => (typeof value === 'string' && value !== '') || (isObject(value) && Array.isArray(value.layers)),
  'the name of a network, or one made by network()',
);

const data = z.custom<string | DataSet>(
  (value) => (typeof value === 'string' && value !== '') || (isObject(value) && isObject(value.train)),
  'the name of a data set such as "mnist", the path of a folder with IDX files, or a loaded data set',
);

const optimizer = settings({
  /** sgd, momentum or adam. */
  name: text('the name of an optimizer').optional(),
  rate: number().optional(),
  momentum: number().optional(),
  beta1: number().optional(),
  beta2: number().optional(),
  epsilon: number().optional(),
});

const rateSchedule = z.discriminatedUnion(
  'kind',
  [
    settings({ kind: z.literal('constant') }),
    settings({
      kind: z.literal('step'),
      at: z.array(wholeNumber(1), 'a list of iterations').readonly(),
      factor: number(),
    }),
    settings({ kind: z.literal('cosine') }),
  ],
  '"constant", "step" or "cosine"',
);

/** How a network is trained; the engine says what each value may be, and the defaults. */
const recipe = settings({
  /** One of the recipes of the network's paper, in place of the defaults: paper, low-rate, warmup. */
  name: text('the name of a recipe').optional(),
  initialisation: oneOf(['glorot-normal', 'glorot-normal-truncated', 'glorot-uniform', 'he-normal']).optional(),
  optimizer: optimizer.optional(),
  schedule: rateSchedule.optional(),
  /** Iterations over which the rate rises. */
  warmup: number().optional(),
  weightDecay: number().optional(),
  batch: number().optional(),
  iterations: number().optional(),
  /** Iterations between evaluations. */
  evaluateEvery: number().optional(),
  /** How training pictures are moved each time they come. */
  augmentation: z
    .array(oneOf(['crop', 'flips']), 'a list of "crop" and "flips"')
    .readonly()
    .optional(),
});

const rate = z
  .number('a fraction from 0 to below 1')
  .gte(0, 'a fraction from 0 to below 1')
  .lt(1, 'a fraction from 0 to below 1');

const criterion = z.custom<CriterionInput>(
  (value) =>
    (typeof value === 'string' && value !== '') ||
    (isObject(value) && typeof value.file === 'string' && typeof value.source === 'string'),
  'the name of a criterion, or the path of a file such as "./mine.ts"',
);

const pruning = settings({
  /** The name of a criterion, or the path of a file that exports one's own (docs/criteria.md); `large-final` by default. */
  criterion: criterion.optional(),
  /** Fraction of the survivors that a round removes; 0.2 by default. */
  rate: rate.optional(),
  /** The same for the output layer; half of `rate` by default. */
  outputRate: rate.optional(),
  /** The same for convolutions, with the scope 'layer'; as the network's paper has it by default (conv-2, conv-4, conv-6), else `rate`. */
  convolutionRate: rate.optional(),
  /** Whether each layer is pruned by itself or all together; 'layer' by default. */
  scope: oneOf(['layer', 'global']).optional(),
  /** Whether a layer that would lose its last weight keeps one, in place of an error. */
  keepLayersAlive: yesOrNo().optional(),
  /** Rounds of pruning after the dense training; 20 by default. */
  rounds: wholeNumber(0, 1000).optional(),
  /** In place of rounds: the density to come down to. */
  density: density().optional(),
});

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const schedule = oneOf(schedules);
const controlKind = oneOf(controlKinds);
const controlMust = `${quoted(controlKinds)}, or { kind, replicates }`;
const control = z.union(
  [controlKind, settings({ kind: controlKind, replicates: wholeNumber(1, 1000).optional() })],
  controlMust,
);

/** What an experiment may say. Only `network` and `data` have no default. */
export const experimentSchema = settings({
  /** By name, or as made by `network()`. */
  network,
  /** By name (`mnist`), as a folder of IDX files, or loaded. */
  data,
  split: settings({
    /** Training examples held back for validation; 5,000 by default. */
    validation: wholeNumber(1).optional(),
    /** Whether each class has its share of them. */
    stratified: yesOrNo().optional(),
  }).optional(),
  recipe: recipe.optional(),
  /** The rate of dropouts behind the hidden dense layers; none by default. */
  dropout: number().optional(),
  pruning: pruning.optional(),
  /** How to come from level to level. Of several, the first is what the controls follow. */
  schedule: z
    .union([schedule, z.array(schedule).min(1).readonly()], `${quoted(schedules)}, or a list of them`)
    .optional(),
  /** The iteration whose values the survivors go back to, 0 by default; or 'rate': only the learning rate goes back. */
  rewind: z.union([wholeNumber(0), z.literal('rate')], 'a whole number from 0 on, or "rate"').optional(),
  /** What kept weights of tickets start from; `rewind` by default. */
  mask1: oneOf(mask1Actions).optional(),
  /** What becomes of pruned weights; `zero` by default: they are gone. */
  mask0: oneOf(mask0Actions).optional(),
  /** Stops each round before the last level once its mask has settled (You et al. 2020); off by default. */
  earlyBird: z
    .union(
      [z.literal(true), settings({ threshold: density().optional(), window: wholeNumber(1, 1000).optional() })],
      'true, or { threshold, window }',
    )
    .optional(),
  /** What is trained beside each ticket; reinit and random by default. */
  controls: z
    .array(control, `a list of ${quoted(controlKinds)}`)
    .readonly()
    .optional(),
  /** The levels at which controls are trained; all by default. */
  controlLevels: z.array(wholeNumber(1), 'a list of levels').readonly().optional(),
  /** Repetitions with other start values and another order of the data; 1 by default. */
  trials: wholeNumber(1, 10_000).optional(),
  /** Decides everything that is random; 1 by default. */
  seed: wholeNumber(0).optional(),
});

/** An experiment as people write it. */
export type ExperimentInput = z.input<typeof experimentSchema>;

import { UserError } from '@winnow/arithmetic';
import type { Experiment } from '../experiment/experiment.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import type { ExperimentInput } from '../experiment/schema.js';

/** A search for the smallest file of a network. Complete. */
export interface ShrinkExperiment {
  /** The search for tickets; its network, data and seed are those of the supermasks too. */
  readonly base: Experiment;
  /** Share of the validation images that the file must classify right. Decides no file, only which one is chosen. */
  readonly floor: number;
  /** One supermask is trained for each: its loss has so much of the expected density in it. */
  readonly pressures: readonly number[];
  readonly supermaskIterations: number;
  /** How values are made few: how many different ones a layer has, ascending. */
  readonly values: readonly number[];
  /** Levels of a higher density are left out. */
  readonly densest: number;
  /** Steps in which survivors are trained on; as many again, by and by, while their values are made few. */
  readonly tuningIterations: number;
  /** L2 while survivors are trained on. */
  readonly weightDecay: number;
  /** Pixels by which training images are shifted while survivors are trained on; 0 for none. */
  readonly shift: number;
  /** Temperature at which survivors learn from the best level's network; null for the labels of the data. */
  readonly distil: number | null;
  /** Whether every file is made, for the plot, and not only those that may be the smallest. */
  readonly all: boolean;
}

/** As people write it; what is missing has a default. */
export interface ShrinkInput extends Partial<Omit<ShrinkExperiment, 'base'>> {
  readonly search?: Partial<ExperimentInput>;
}

/**
 * The complete search: what is given, and defaults for the rest.
 * @throws UserError for a value that none can have
 */
export function normaliseShrink(input: ShrinkInput): ShrinkExperiment {
  const { search = {}, floor = 0.98, pressures = [1, 2], supermaskIterations = 20_000 } = input;
  const { values = [2, 4, 6, 8, 16], weightDecay = 1e-4, shift = 0, distil = null, all = false, densest = 1 } = input;
  const base = normaliseExperiment(
    { network: 'lenet-300-100', data: 'mnist', ...search, controls: [], trials: 1 },
    'The search',
  );
  if (base.schedules.length !== 1) throw new UserError('Choose one schedule for a search for the smallest file.');
  if (values.length === 0 || values.some((count) => !(Number.isInteger(count) && count >= 2 && count <= 256)))
    throw new UserError('Values to share must be whole numbers from 2 to 256.');
  const tuningIterations = input.tuningIterations ?? base.recipe.iterations;
  requireFraction('The floor', floor);
  requireFraction('The densest level', densest);
  for (const pressure of pressures) requireAtLeast('A pressure', pressure, 0);
  requireWhole('Iterations of a supermask', supermaskIterations, 1);
  requireWhole('Iterations of tuning', tuningIterations, 1);
  requireAtLeast('The weight decay', weightDecay, 0);
  requireWhole('The shift', shift, 0);
  if (distil !== null)
    requireThat(Number.isFinite(distil) && distil > 0, 'The temperature of distillation', 'a number above 0', distil);
  const ascending = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)].sort((a, b) => a - b);
  return {
    ...{ base, floor, supermaskIterations, weightDecay, shift, distil, all, densest },
    tuningIterations,
    pressures: ascending(pressures),
    values: ascending(values),
  };
}

function requireThat(holds: boolean, what: string, rule: string, value: number): void {
  if (!holds) throw new UserError(`${what} must be ${rule}, not ${value}.`);
}

const requireFraction = (what: string, value: number): void =>
  requireThat(value > 0 && value <= 1, what, 'a fraction above 0 and up to 1', value);

const requireAtLeast = (what: string, value: number, least: number): void =>
  requireThat(Number.isFinite(value) && value >= least, what, `a number from ${least} on`, value);

const requireWhole = (what: string, value: number, least: number): void =>
  requireThat(Number.isInteger(value) && value >= least, what, `a whole number from ${least} on`, value);

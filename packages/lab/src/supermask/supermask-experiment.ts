import { UserError } from '@winnow/arithmetic';
import { arithmetic, type MaskRule, weightLayers } from '@winnow/engine';
import type { CriterionSource } from '@winnow/tickets';
import type { Json } from '../cells/canonical.js';
import { cellHash } from '../cells/name.js';
import { type CriterionInput, criterionSetting } from '../criteria/criterion-source.js';
import type { Experiment } from '../experiment/experiment.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import type { ExperimentInput } from '../experiment/schema.js';
import type { DataDescription } from '../plan/prepare.js';

export const supermaskKinds = ['heuristic', 'learned', 'edge-popup'] as const;
export type SupermaskKind = (typeof supermaskKinds)[number];

/** What the frozen weights are: the initial values, or each layer's initial standard deviation with their signs. */
export const frozenValues = ['signed-constant', 'initial'] as const;
export type FrozenValues = (typeof frozenValues)[number];

/** A search for supermasks. Complete. */
export interface SupermaskExperiment {
  readonly kind: SupermaskKind;
  readonly values: FrozenValues;
  /** Network, data, trials, seed; its recipe trains the dense network (heuristic) or the scores. */
  readonly base: Experiment;
  /** Of heuristic masks. */
  readonly criterion: string | CriterionSource;
  /** Of learned masks and edge-popup. */
  readonly rescale: boolean;
  /** Of learned masks. */
  readonly pressure: number;
  /** Of edge-popup: the share that every layer keeps. */
  readonly density: number;
}

/** As people write it; what is missing has a default. */
export interface SupermaskInput {
  readonly kind?: SupermaskKind;
  readonly values?: FrozenValues;
  readonly criterion?: CriterionInput;
  readonly rescale?: boolean;
  readonly pressure?: number;
  readonly density?: number;
  readonly network?: ExperimentInput['network'];
  readonly data?: ExperimentInput['data'];
  readonly split?: ExperimentInput['split'];
  readonly recipe?: ExperimentInput['recipe'];
  readonly dropout?: ExperimentInput['dropout'];
  readonly trials?: number;
  readonly seed?: number;
}

/** Of scores: far shorter than the 2,000 epochs of Zhou et al. 2019, with Adam in place of momentum at rate 100. */
const scoreRecipe = { batch: 250, iterations: 30_000, evaluateEvery: 1000, schedule: { kind: 'cosine' } } as const;
const scoreRate = 0.1;

/** Settings that only one kind has, for messages. */
const own: Readonly<Record<string, readonly SupermaskKind[]>> = {
  criterion: ['heuristic'],
  rescale: ['learned', 'edge-popup'],
  pressure: ['learned'],
  density: ['edge-popup'],
};

/**
 * The complete search: what is given, and defaults for the rest.
 * @throws UserError for a setting that is wrong or belongs to another kind
 */
export function normaliseSupermask(input: SupermaskInput): SupermaskExperiment {
  const { kind = 'learned', network = 'lenet-300-100', data = 'mnist', trials = 1, seed = 1 } = input;
  for (const [setting, kinds] of Object.entries(own)) {
    if (input[setting as keyof SupermaskInput] === undefined || kinds.includes(kind)) continue;
    throw new UserError(`A supermask of the kind ${kind} has no ${setting}: that belongs to ${kinds.join(' and ')}.`);
  }
  const base = normaliseExperiment(
    {
      ...{ network, data, trials, seed, controls: [], pruning: { rounds: 0 } },
      ...(input.split !== undefined && { split: input.split }),
      ...(input.dropout !== undefined && { dropout: input.dropout }),
      recipe: kind === 'heuristic' ? (input.recipe ?? {}) : scoresRecipe(input.recipe ?? {}),
    },
    'The supermask',
  );
  if (weightLayers(base.network).some(({ normalised }) => normalised)) {
    throw new UserError(
      `Supermasks are found in networks without batch norm, such as conv-2, and "${base.network.name}" has it: its statistics would have to be trained.`,
    );
  }
  return {
    kind,
    values: input.values ?? 'signed-constant',
    base,
    criterion: criterionSetting(input.criterion ?? 'large-final-same-sign'),
    rescale: input.rescale ?? true,
    pressure: input.pressure ?? 0,
    density: input.density ?? 0.5,
  };
}

function scoresRecipe(given: NonNullable<ExperimentInput['recipe']>): NonNullable<ExperimentInput['recipe']> {
  const { name = 'adam', rate } = given.optimizer ?? {};
  const usual = name === 'adam' ? scoreRate : rate;
  const optimizer = { ...given.optimizer, name, ...(usual !== undefined && { rate: rate ?? usual }) };
  return { ...scoreRecipe, ...given, optimizer };
}

/** How the scores of a learned supermask or of edge-popup make a mask. */
export function ruleOf({ kind, pressure, density }: SupermaskExperiment): MaskRule {
  return kind === 'edge-popup' ? { kind: 'top', density } : { kind: 'sampled', pressure };
}

/** Everything that decides the bits of a trial; the hash of it tells whether a finished one can be used again. */
export function supermaskSettings(
  experiment: SupermaskExperiment,
  data: DataDescription,
): { readonly [key: string]: Json } {
  const { base, kind, values, criterion, rescale, pressure, density } = experiment;
  const settings = {
    arithmetic,
    kind,
    values,
    network: { inputs: base.network.inputs, layers: base.network.layers },
    data: { name: data.name, digest: data.digest, scale: data.scale },
    split: base.split,
    recipe: base.recipe,
    seed: base.seed,
    ...(kind === 'heuristic' && {
      criterion: typeof criterion === 'string' ? criterion : { source: criterion.digest },
    }),
    ...(kind !== 'heuristic' && { rescale }),
    ...(kind === 'learned' && { pressure }),
    ...(kind === 'edge-popup' && { density }),
  };
  return JSON.parse(JSON.stringify(settings)) as { readonly [key: string]: Json };
}

export function trialHash(settings: { readonly [key: string]: Json }, trial: number): string {
  return cellHash({ ...settings, trial, supermask: true });
}

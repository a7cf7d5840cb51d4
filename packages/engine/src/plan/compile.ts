import { UserError } from '@winnow/arithmetic';
import { LANES } from '../contract.js';
import type { LaidOutData } from '../data/laid-out-data.js';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import type { Parameters } from '../parameters.js';
import type { Augmentation, Recipe } from '../recipe/recipe.js';
import { partsWithin } from './division.js';
import { encode } from './encode.js';
import { requireFrozenIn } from './frozen.js';
import { inputContents, planInput } from './input.js';
import { createLayout } from './layout.js';
import { liveNetwork } from './live-network.js';
import { allUnits, featuresRead, type LiveUnits, liveUnits } from './live-units.js';
import { evaluationPart, type PlanParts, trainingPart } from './parts.js';
import type { Content, Plan, PlannedLayer } from './plan.js';
import { planLayers, planNoBiases } from './plan-layers.js';
import { planSteps } from './plan-steps.js';
import type { Step, Steps } from './steps.js';

/** What a plan is made from. The bytes of the data are not looked at, only where they lie and which features are lit. */
export interface PlanRequest {
  readonly network: Network;
  readonly masks: Masks;
  readonly data: LaidOutData;
  /** null for a plan that only evaluates, which takes less memory. */
  readonly training: PlannedTraining | null;
  /** How many threads may share large layers; 1 by default. It changes no bit. */
  readonly threads?: number;
  /** The survivors that training leaves as they are; none by default. */
  readonly frozen?: Masks | null;
  /** What the network starts with, or is judged with: the plan leaves out what these biases keep at 0. Without, it is good for any parameters. */
  readonly parameters?: Parameters;
}

/** The part of a recipe that a plan depends on; or training that only leaves the gradients, beside weights and biases (see `denseUpdate`). */
export type PlannedTraining =
  | Pick<Recipe, 'optimizer' | 'batch' | 'weightDecay' | 'augmentation'>
  | {
      readonly optimizer: { readonly name: 'gradient' };
      readonly batch: number;
      readonly weightDecay: 0;
      readonly augmentation: readonly Augmentation[];
    };

/**
 * Lays a network under masks out in one arena and writes the programs that train and evaluate it.
 * @throws UserError if the network does not fit the data, RangeError if the masks do not fit the network
 */
export function compilePlan(request: PlanRequest): Plan {
  const { network, masks, data, training, threads = 1, frozen = null } = request;
  requireFit(network, data);
  if (frozen !== null) requireFrozenIn(weightLayers(network), masks, frozen);
  const blocks = training === null ? 1 : Math.ceil(training.batch / LANES);
  const live = unitsOf(request);
  const layout = createLayout();
  const input = planInput(network.inputs, featuresRead(network, live), blocks, layout, data.channels);
  const optimizer = training?.optimizer.name ?? null;
  const steps = planSteps(
    liveNetwork(network, live),
    input.x,
    input.features.length,
    { trains: optimizer !== null, blocks, threads },
    layout,
  );
  const layers = planLayers(network, masks, live, { optimizer, blocks, threads, frozen, steps: steps.steps }, layout);
  const noBiases = planNoBiases(layers, layout);
  const contents: Content[] = [
    ...inputContents(input, data.scale),
    ...layers.flatMap(structureContents),
    ...stepContents(steps),
  ];
  const parts: PlanParts = {
    data,
    image: network.image ?? null,
    layers,
    steps,
    noBiases,
    input,
    layout,
    place: (name, program) => {
      const values = encode(program);
      const region = layout.add(name, values.length);
      contents.push({ region, values });
      return region;
    },
  };
  return {
    network,
    layers,
    training: training && trainingPart(training.optimizer.name, training.batch, blocks, training.augmentation, parts),
    evaluation: {
      validation: evaluationPart('validation', data.validation, parts),
      test: evaluationPart('test', data.test, parts),
    },
    logits: steps.logits.region,
    dropoutStreams: steps.steps.flatMap((step) => (step.kind === 'dropout' ? [step.stream] : [])),
    regions: layout.regions,
    contents,
    words: layout.words(),
    threads: Math.max(
      1,
      ...layers.map((layer) => (layer.division ?? layer.convolution?.division)?.parts ?? 1),
      ...steps.steps.flatMap(divisionsOf).map(({ values }) => partsWithin(values)),
    ),
  };
}

/**
 * What a plan computes. Training leaves out what stays as it is: a weight or bias whose gradient is always +0, under an optimizer that
 * then does nothing (docs/arithmetic.md). Weight decay moves every weight; so does Adam's 0 ÷ ε if ε is 0 as an f32.
 */
function unitsOf({ network, masks, data, training, parameters }: PlanRequest): readonly LiveUnits[] {
  if (training !== null && !rests(training)) return allUnits(network);
  const biases = parameters?.map((layer) => layer.biases) ?? null;
  // Pixels that no example lights may be lit when pictures are moved.
  const isMoved = training !== null && training.augmentation.length > 0;
  return liveUnits(network, masks, { lit: isMoved ? new Uint8Array(network.inputs).fill(1) : data.lit, biases });
}

function rests({ optimizer, weightDecay }: PlannedTraining): boolean {
  if (optimizer.name === 'gradient') return false; // whoever asks for gradients decides what rests
  return weightDecay === 0 && (optimizer.name !== 'adam' || Math.fround(optimizer.epsilon) > 0);
}

/** What kept values of dropouts are multiplied by, and how steps are divided among threads. */
function stepContents({ steps }: Steps): readonly Content[] {
  return steps.flatMap((step) => [
    ...(step.kind === 'dropout' ? [{ region: step.factor, values: Float32Array.of(1 / (1 - step.rate)) }] : []),
    ...divisionsOf(step),
  ]);
}

function divisionsOf(step: Step): readonly Content[] {
  return 'division' in step && step.division !== null ? [step.division] : [];
}

/** What a layer's structure regions hold. */
export function structureContents({
  form,
  rows,
  columns,
  frozen,
  division,
  convolution,
}: PlannedLayer): readonly Content[] {
  const shared = convolution?.division ?? null;
  const contents: Content[] = division === null ? [] : [division.rows, division.columns];
  if (shared !== null) contents.push(shared.result, shared.source, shared.outputs);
  for (const regions of [rows, columns]) {
    if (regions === null) continue;
    const { structure, chunks, segments, indices } = regions;
    contents.push({ region: chunks, values: structure.chunks });
    contents.push({ region: segments, values: structure.segments });
    contents.push({ region: indices, values: structure.indices });
  }
  if (columns !== null && form.kind === 'compressed' && form.columns !== null) {
    contents.push({ region: columns.permutation, values: form.columns.permutation });
  }
  if (frozen !== null) contents.push({ region: frozen.places, values: frozen.at });
  return contents;
}

function requireFit(network: Network, data: LaidOutData): void {
  if (network.inputs !== data.features) {
    throw new UserError(
      `Network "${network.name}" takes ${network.inputs} values, but an example of ${data.name} has ${data.features}.`,
    );
  }
  if (network.classes < data.classes) {
    throw new UserError(
      `Network "${network.name}" tells ${network.classes} classes apart, but ${data.name} has ${data.classes}.`,
    );
  }
}

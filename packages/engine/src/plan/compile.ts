import { UserError } from '@winnow/arithmetic';
import { LANES } from '../contract.js';
import type { EvaluationSet, LaidOutData } from '../data/laid-out-data.js';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import type { Optimizer } from '../recipe/recipe.js';
import { backwardProgram, gradientOf } from './backward-program.js';
import { encode } from './encode.js';
import { forwardProgram } from './forward-program.js';
import { CONSTANTS_ROW, type Instruction, SCRATCH_WORDS } from './instructions.js';
import { createLayout, type Layout, type Region } from './layout.js';
import {
  type Content,
  type EvaluationPart,
  type Plan,
  type PlannedLayer,
  STEPS_PER_CALL,
  type TrainingPart,
} from './plan.js';
import { planLayers } from './plan-layers.js';

/** What a plan is made from. The bytes of the data are not looked at, only where they lie. */
export interface PlanRequest {
  readonly network: Network;
  readonly masks: Masks;
  readonly data: LaidOutData;
  /** null for a plan that only evaluates, which takes less memory. */
  readonly training: { readonly optimizer: Optimizer['name']; readonly batch: number } | null;
}

/**
 * Lays a network under masks out in one arena and writes the programs that train and evaluate it.
 * @throws UserError if the network does not fit the data, RangeError if the masks do not fit the network
 */
export function compilePlan({ network, masks, data, training }: PlanRequest): Plan {
  requireFit(network, data);
  const blocks = training === null ? 1 : Math.ceil(training.batch / LANES);
  const layout = createLayout();
  const contents: Content[] = [];
  const x = layout.add('input', blocks * network.inputs * LANES);
  const scale = layout.add('input scale', 1);
  contents.push({ region: scale, values: Float32Array.of(data.scale) });
  const layers = planLayers(network, masks, training?.optimizer ?? null, blocks, layout);
  contents.push(...layers.flatMap(structureContents));

  const place = (name: string, program: readonly Instruction[]): Region => {
    const values = encode(program);
    const region = layout.add(name, values.length);
    contents.push({ region, values });
    return region;
  };
  const common: Common = { data, layers, x, scale, layout, place };
  const evaluation = {
    validation: evaluationPart('validation', data.validation, common),
    test: evaluationPart('test', data.test, common),
  };
  return {
    network,
    layers,
    training: training && trainingPart(training.optimizer, training.batch, blocks, common),
    evaluation,
    regions: layout.regions,
    contents,
    words: layout.words(),
  };
}

interface Common {
  readonly data: LaidOutData;
  readonly layers: readonly PlannedLayer[];
  readonly x: Region;
  readonly scale: Region;
  readonly layout: Layout;
  readonly place: (name: string, program: readonly Instruction[]) => Region;
}

function trainingPart(optimizer: Optimizer['name'], batch: number, blocks: number, common: Common): TrainingPart {
  const { data, layers, x, scale, layout, place } = common;
  const last = layers[layers.length - 1];
  const indices = layout.add('batch indices', STEPS_PER_CALL * batch);
  const sizes = layout.add('batch sizes', STEPS_PER_CALL);
  const constants = layout.add('step constants', STEPS_PER_CALL * CONSTANTS_ROW);
  const losses = layout.add('batch losses', STEPS_PER_CALL);
  const targets = layout.add('targets', blocks * LANES);
  const active = layout.add('active features', 1 + data.features);
  const scratch = layout.add('scratch', SCRATCH_WORDS);
  const program = place('training program', [
    {
      op: 'gather',
      images: data.train.images,
      labels: data.train.labels,
      features: data.features,
      batch,
      blocks,
      indices: indices.offset,
      sizes: sizes.offset,
      scale: scale.offset,
      x: x.offset,
      targets: targets.offset,
      active: active.offset,
    },
    ...forwardProgram(layers, x, active.offset, blocks),
    {
      op: 'softmaxCrossEntropy',
      classes: last.layer.outputs,
      blocks,
      logits: last.output.offset,
      targets: targets.offset,
      sizes: sizes.offset,
      gradient: gradientOf(last).offset,
      losses: losses.offset,
    },
    ...backwardProgram(layers, x, active, blocks, { optimizer, constants, scratch }),
  ]);
  return { program, batch, blocks, indices, sizes, constants, losses };
}

function evaluationPart(name: string, set: EvaluationSet, common: Common): EvaluationPart {
  const { data, layers, x, scale, layout, place } = common;
  const last = layers[layers.length - 1];
  const blocks = Math.ceil(set.count / LANES);
  const results = layout.add(`${name} results`, 2 * blocks);
  const program = place(`${name} program`, [
    { op: 'loadBlock', images: set.images, features: data.features, scale: scale.offset, x: x.offset },
    ...forwardProgram(layers, x, 0, 1),
    {
      op: 'evaluate',
      classes: last.layer.outputs,
      logits: last.output.offset,
      labels: set.labels,
      count: set.count,
      results: results.offset,
    },
  ]);
  return { program, count: set.count, blocks, results };
}

function structureContents({ form, rows, columns }: PlannedLayer): readonly Content[] {
  const contents: Content[] = [];
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

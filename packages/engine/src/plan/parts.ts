import { LANES } from '../contract.js';
import type { EvaluationSet, LaidOutData } from '../data/laid-out-data.js';
import { backwardProgram, gradientOf } from './backward-program.js';
import { forwardProgram, type ProgramNetwork } from './forward-program.js';
import { type Input, standardised } from './input.js';
import { CONSTANTS_ROW, type Instruction, type optimizerCodes, SCRATCH_WORDS } from './instructions.js';
import type { Layout, Region } from './layout.js';
import { type EvaluationPart, type PlannedLayer, STEPS_PER_CALL, type TrainingPart } from './plan.js';

/** What the programs of a plan share. */
export interface PlanParts extends ProgramNetwork {
  readonly data: LaidOutData;
  readonly input: Input;
  readonly layout: Layout;
  /** Puts a program into the arena. */
  readonly place: (name: string, program: readonly Instruction[]) => Region;
}

/** The program of a training step, and its tables. */
export function trainingPart(
  optimizer: keyof typeof optimizerCodes,
  batch: number,
  blocks: number,
  parts: PlanParts,
): TrainingPart {
  const { data, layers, steps, input, layout, place } = parts;
  const { logits } = steps;
  const indices = layout.add('batch indices', STEPS_PER_CALL * batch);
  const sizes = layout.add('batch sizes', STEPS_PER_CALL);
  const constants = layout.add('step constants', STEPS_PER_CALL * CONSTANTS_ROW);
  const losses = layout.add('batch losses', STEPS_PER_CALL);
  const targets = layout.add('targets', blocks * LANES);
  const scratch = layout.add('scratch', SCRATCH_WORDS);
  const active = activeOf(layers, input);
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
      scale: input.scale.offset,
      needed: input.needed?.region.offset ?? 0,
      x: input.x.offset,
      targets: targets.offset,
      active,
    },
    ...standardised(input, blocks, { sizes: sizes.offset, count: 0 }),
    ...forwardProgram(parts, active, blocks, { sizes, constants }),
    {
      op: 'softmaxCrossEntropy',
      classes: logits.count,
      blocks,
      logits: logits.region.offset,
      targets: targets.offset,
      sizes: sizes.offset,
      gradient: gradientOf(logits).offset,
      losses: losses.offset,
    },
    ...backwardProgram(parts, active, blocks, { optimizer, constants, sizes, scratch }),
  ]);
  return { program, batch, blocks, indices, sizes, constants, losses };
}

/** The program that judges a block of a set, and where it leaves what it finds. */
export function evaluationPart(name: string, set: EvaluationSet, parts: PlanParts): EvaluationPart {
  const { data, layers, steps, input, layout, place } = parts;
  const { logits } = steps;
  const blocks = Math.ceil(set.count / LANES);
  const results = layout.add(`${name} results`, 2 * blocks);
  const active = activeOf(layers, input);
  const program = place(`${name} program`, [
    {
      op: 'loadBlock',
      images: set.images,
      features: data.features,
      scale: input.scale.offset,
      needed: input.needed?.region.offset ?? 0,
      x: input.x.offset,
      active,
    },
    ...standardised(input, 1, { sizes: 0, count: set.count }),
    ...forwardProgram(parts, active, 1, null),
    {
      op: 'evaluate',
      classes: logits.count,
      logits: logits.region.offset,
      labels: set.labels,
      count: set.count,
      results: results.offset,
    },
  ]);
  return { program, count: set.count, blocks, results };
}

/** Where to list the features that are lit in a batch; 0 if nobody asks: the compressed form has no use for it. */
export function activeOf([first]: readonly PlannedLayer[], { active, standard }: Input): number {
  return first.form.kind === 'dense' && first.convolution === null && standard === null ? active.offset : 0;
}

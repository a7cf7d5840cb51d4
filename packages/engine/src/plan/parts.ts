import { LANES } from '../contract.js';
import type { EvaluationSet, LaidOutData } from '../data/laid-out-data.js';
import type { ImageShape } from '../network/network.js';
import type { Augmentation } from '../recipe/recipe.js';
import { backwardProgram, gradientOf } from './backward-program.js';
import { forwardProgram, type ProgramNetwork } from './forward-program.js';
import { type Input, standardised } from './input.js';
import { CONSTANTS_ROW, type Instruction, type optimizerCodes, SCRATCH_WORDS } from './instructions.js';
import type { Layout, Region } from './layout.js';
import { type EvaluationPart, type PlannedLayer, STEPS_PER_CALL, type TrainingPart } from './plan.js';

/** What the programs of a plan share. */
export interface PlanParts extends ProgramNetwork {
  readonly data: LaidOutData;
  /** Of an example; null if it is a list of values. */
  readonly image: ImageShape | null;
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
  augmentation: readonly Augmentation[],
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
  const draws = steps.steps.some(({ kind }) => kind === 'dropout');
  const iterations = draws ? layout.add('iterations', STEPS_PER_CALL) : null;
  const moves = augmentation.length > 0 ? layout.add('moves', STEPS_PER_CALL * batch) : null;
  const program = place('training program', [
    {
      ...(moves === null ? { op: 'gather' } : movedPictures(parts, moves)),
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
    ...forwardProgram(parts, active, blocks, { sizes, constants, iterations }),
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
    ...backwardProgram(parts, active, blocks, { optimizer, constants, sizes, iterations, scratch }),
  ]);
  return {
    program,
    batch,
    blocks,
    indices,
    sizes,
    constants,
    losses,
    iterations,
    moves: moves && { region: moves, augmentation },
  };
}

/** What gathering needs beyond its usual operands to move pictures. */
function movedPictures({ image, data, layout }: PlanParts, moves: Region) {
  if (image === null) throw new RangeError('only a network of pictures can be trained with augmentation');
  const { height, width } = image;
  const scratch = layout.add('moved pictures', (LANES * data.features) / 4);
  return { op: 'gatherPictures', height, width, moves: moves.offset, scratch: scratch.offset } as const;
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

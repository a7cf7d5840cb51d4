import { probabilityBound } from '@winnow/arithmetic';
import type { ImageShape } from '../network/network.js';
import { normScratch } from './convolution-tiles.js';
import { pictureOperands, rowOperands, tileOperands } from './convolutions.js';
import { partsWithin } from './division.js';
import type { Instruction } from './instructions.js';
import { type Region, wholeLines } from './layout.js';
import type { Content, PlannedConvolution, PlannedLayer } from './plan.js';
import type { Step, Steps, Value } from './steps.js';

/** The network that a program is written for. */
export interface ProgramNetwork {
  readonly layers: readonly PlannedLayer[];
  readonly steps: Steps;
  /** Zeros, which layers without biases take for theirs. */
  readonly noBiases: Region | null;
}

/** What a forward pass that trains knows beyond one that judges. */
export interface TrainingPass {
  readonly sizes: Region;
  readonly constants: Region;
  /** Which iteration each step is; null if nothing is drawn. */
  readonly iterations: Region | null;
}

/** The forward pass from the input to the logits. @param active see `gather`; 0 if unknown @param training null for one that judges */
export function forwardProgram(
  network: ProgramNetwork,
  active: number,
  blocks: number,
  training: TrainingPass | null,
): readonly Instruction[] {
  return network.steps.steps.flatMap((step) => instructionsOf(network, step, active, blocks, training));
}

function instructionsOf(
  network: ProgramNetwork,
  step: Step,
  active: number,
  blocks: number,
  training: TrainingPass | null,
): readonly Instruction[] {
  switch (step.kind) {
    case 'weights': {
      const planned = network.layers[step.layer];
      if (planned.live.outputs.length === 0) return [];
      return [
        ...dividedForward(planned),
        forward(network, step, step.from === network.steps.input ? active : 0, blocks, training),
      ];
    }
    case 'batch-norm':
      return [...divide(step.division), batchNorm(network, step, blocks, training)];
    case 'max-pool':
      return [{ op: 'maxPool', ...maxPoolOperands(step.pool, blocks), ...ends(step, training) }];
    case 'average-pool':
      return [{ op: 'averagePool', ...averagePoolOperands(step.pool, blocks), ...ends(step, training) }];
    case 'subsample':
      return [{ op: 'subsample', ...subsampleOperands(step.layer, blocks), ...ends(step, training) }];
    case 'dropout':
      if (training === null) return [];
      return [
        ...divide(step.division),
        { op: 'dropout', ...dropoutOperands(step, training), gate: 0, ...ends(step, training) },
      ];
    case 'branch':
      return [];
    case 'add': {
      const { body, shortcut, to } = step;
      const [a, b] = [placeOf(body, training).offset, placeOf(shortcut, training).offset];
      const operands = { a, b, y: to.region.offset };
      return [...divide(step.division), { op: 'add', count: to.region.words, ...operands, relu: reluOf(to) }];
    }
  }
}

/** In front of a layer's forward instruction. */
function dividedForward({ division, convolution }: PlannedLayer): readonly Instruction[] {
  return divide(division?.rows ?? convolution?.division?.result);
}

/** In front of its update. */
export function dividedUpdate({ division, convolution }: PlannedLayer): readonly Instruction[] {
  return divide(division?.rows ?? convolution?.division?.outputs);
}

/** In front of its input gradient. */
export function dividedInputGradient({ division, convolution }: PlannedLayer): readonly Instruction[] {
  return divide(division?.columns ?? convolution?.division?.source);
}

/** In front of an instruction that is divided by these bounds, if there are any. */
export function divide(bounds: Content | null | undefined): readonly Instruction[] {
  if (bounds === undefined || bounds === null) return [];
  return [{ op: 'divide', parts: partsWithin(bounds.values), bounds: bounds.region.offset }];
}

export function maxPoolOperands({ input, size, stride }: Extract<Step, { kind: 'max-pool' }>['pool'], blocks: number) {
  return { ...input, size, stride, blocks };
}

export function averagePoolOperands(pool: Extract<Step, { kind: 'average-pool' }>['pool'], blocks: number) {
  const { input, rows, columns, stride } = pool;
  return { ...input, rows, columns, stride, blocks };
}

export function dropoutOperands(
  { rate, factor, stream, to }: Extract<Step, { kind: 'dropout' }>,
  { iterations }: Pick<TrainingPass, 'iterations'>,
) {
  if (iterations === null) throw new Error('a dropout was planned without iterations to draw for');
  return {
    count: to.region.words,
    bound: probabilityBound(1 - rate) | 0,
    factor: factor.offset,
    stream: stream.offset,
    counters: iterations.offset,
  };
}

/** What a batch norm works in: so many words for each thread that shares it. */
export function normScratchOperands(scratch: Region, { height }: ImageShape) {
  return { scratch: scratch.offset, scratchWords: wholeLines(normScratch(height)) };
}

export function subsampleOperands(
  { input, output, stride }: Extract<Step, { kind: 'subsample' }>['layer'],
  blocks: number,
) {
  return { ...input, outputs: output.channels, stride, blocks };
}

const ends = ({ from, to }: { readonly from: Value; readonly to: Value }, training: TrainingPass | null) => ({
  x: placeOf(from, training).offset,
  y: to.region.offset,
});

const placeOf = (value: Value, training: TrainingPass | null): Region =>
  training === null ? value.judged : value.region;

const reluOf = ({ relu }: Value): number => (relu ? 1 : 0);

type WeightStep = Extract<Step, { kind: 'weights' }>;

function forward(
  network: ProgramNetwork,
  step: WeightStep,
  active: number,
  blocks: number,
  training: TrainingPass | null,
): Instruction {
  const planned = network.layers[step.layer];
  const { live, rows, weights } = planned;
  if (planned.convolution !== null) return convolution(network, planned, planned.convolution, step, blocks, training);
  const common = {
    inputs: live.inputs.length,
    outputs: live.outputs.length,
    blocks,
    biases: biasesOf(network, planned).offset,
    ...ends(step, training),
    relu: reluOf(step.to),
  };
  if (rows === null) return { op: 'denseForward', ...common, weights: weights.values.offset, active };
  return {
    op: 'compressedForward',
    ...common,
    chunkCount: rows.structure.chunkCount,
    chunks: rows.chunks.offset,
    segments: rows.segments.offset,
    indices: rows.indices.offset,
    values: weights.values.offset,
  };
}

function convolution(
  network: ProgramNetwork,
  planned: PlannedLayer,
  convolved: PlannedConvolution,
  step: WeightStep,
  blocks: number,
  training: TrainingPass | null,
): Instruction {
  const common = {
    ...pictureOperands(convolved, step, blocks),
    biases: biasesOf(network, planned).offset,
    ...ends(step, training),
    relu: step.pooling?.relu ? 1 : reluOf(step.to),
    ...tileOperands(convolved.layer.output, blocks, step.pooling !== null),
  };
  const rows = rowOperands(planned);
  const values = planned.weights.values.offset;
  if (rows === null) {
    return { op: 'denseConvolution', ...common, weights: values, tileChannels: convolved.inputChannels };
  }
  return { op: 'compressedConvolution', ...common, ...rows, values };
}

/** A layer before a batch norm has no biases. */
function biasesOf({ noBiases }: ProgramNetwork, { layer, biases }: PlannedLayer): Region {
  if (!layer.normalised) return biases.values;
  if (noBiases === null) throw new Error(`layer "${layer.name}" was planned without zeros for its biases`);
  return noBiases;
}

function batchNorm(
  { layers }: ProgramNetwork,
  step: Extract<Step, { kind: 'batch-norm' }>,
  blocks: number,
  training: TrainingPass | null,
): Instruction {
  const common = {
    ...step.shape,
    blocks,
    ...ends(step, training),
    values: layers[step.layer].biases.values.offset,
    added: step.added === null ? 0 : placeOf(step.added, training).offset,
    relu: reluOf(step.to),
  };
  if (training === null || step.scratch === null) return { op: 'runningBatchNorm', ...common };
  return {
    op: 'batchNorm',
    ...common,
    sizes: training.sizes.offset,
    statistics: step.statistics.offset,
    constants: training.constants.offset,
    ...normScratchOperands(step.scratch, step.shape),
  };
}

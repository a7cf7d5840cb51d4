import { stripRows } from './convolution-tiles.js';
import { columnOperands, pictureOperands, rowOperands, tileOperands } from './convolutions.js';
import {
  averagePoolOperands,
  divide,
  dividedInputGradient,
  dividedUpdate,
  dropoutOperands,
  maxPoolOperands,
  normScratchOperands,
  type ProgramNetwork,
  subsampleOperands,
} from './forward-program.js';
import { type Instruction, optimizerCodes } from './instructions.js';
import type { Region } from './layout.js';
import type { PlannedConvolution, PlannedLayer } from './plan.js';
import type { Step, Value } from './steps.js';

/** What the updates of all layers share. */
export interface UpdateTables {
  readonly optimizer: keyof typeof optimizerCodes;
  readonly constants: Region;
  readonly sizes: Region;
  readonly iterations: Region | null;
  readonly scratch: Region;
}

/**
 * The backward pass, last step first, each layer's optimizer step as soon as nothing needs its old weights any more.
 * @param active see `gather`; 0 if unknown
 */
export function backwardProgram(
  network: ProgramNetwork,
  active: number,
  blocks: number,
  tables: UpdateTables,
): readonly Instruction[] {
  return network.steps.steps.toReversed().flatMap((step) => backward(network, step, active, blocks, tables));
}

function backward(
  { layers, steps }: ProgramNetwork,
  step: Step,
  active: number,
  blocks: number,
  tables: UpdateTables,
): readonly Instruction[] {
  switch (step.kind) {
    case 'weights': {
      const planned = layers[step.layer];
      if (planned.live.outputs.length === 0) return [];
      return [
        ...inputGradient(planned, step, blocks),
        ...dividedUpdate(planned),
        weightUpdate(planned, step, step.from === steps.input ? active : 0, blocks, tables),
        ...restored(planned),
        ...(planned.layer.normalised ? [] : biasUpdate(planned, step, blocks, tables)),
      ];
    }
    case 'batch-norm':
      return [...divide(step.division), batchNormUpdate(layers[step.layer], step, blocks, tables)];
    case 'max-pool': {
      const { pool, from, to } = step;
      const places = { x: from.region.offset, y: to.region.offset };
      const gradients = { dy: gradientOf(to).offset, dx: gradientOf(from).offset };
      const operands = { ...maxPoolOperands(pool, blocks), ...places, ...gradients };
      return [{ op: 'maxPoolInputGradient', ...operands, relu: from.relu ? 1 : 0 }];
    }
    case 'average-pool':
      return [{ op: 'averagePoolInputGradient', ...averagePoolOperands(step.pool, blocks), ...ends(step) }];
    case 'subsample':
      return [{ op: 'subsampleInputGradient', ...subsampleOperands(step.layer, blocks), ...ends(step) }];
    case 'dropout': {
      const { dy: x, dx: y, gate } = ends(step);
      return [...divide(step.division), { op: 'dropout', ...dropoutOperands(step, tables), x, gate, y }];
    }
    case 'branch': {
      if (step.shortcutGradient === null) return [];
      const { dx, gate } = endsAt(step.from);
      const { words: count } = step.from.region;
      return [...divide(step.division), { op: 'addGradient', count, dy: step.shortcutGradient.offset, gate, dx }];
    }
    case 'add': // body and shortcut share its gradient
      return [];
  }
}

/** Where a step finds the gradient at what it gives, and leaves the one at what it reads. */
function ends({ from, to }: { readonly from: Value; readonly to: Value }) {
  return { dy: gradientOf(to).offset, ...endsAt(from) };
}

function endsAt(value: Value) {
  return { gate: value.relu ? value.region.offset : 0, dx: gradientOf(value).offset };
}

type WeightStep = Extract<Step, { kind: 'weights' }>;

function inputGradient(planned: PlannedLayer, step: WeightStep, blocks: number): readonly Instruction[] {
  if (step.from.gradient === null || step.from.count === 0) return [];
  if (planned.convolution !== null) {
    return [...dividedInputGradient(planned), pictureGradient(planned, planned.convolution, step, blocks)];
  }
  const { live, weights, columns } = planned;
  const common = { inputs: live.inputs.length, outputs: live.outputs.length, blocks, ...ends(step) };
  if (columns === null) {
    return [...dividedInputGradient(planned), { op: 'denseInputGradient', ...common, weights: weights.values.offset }];
  }
  return [
    ...dividedInputGradient(planned),
    {
      op: 'compressedInputGradient',
      ...common,
      chunkCount: columns.structure.chunkCount,
      chunks: columns.chunks.offset,
      segments: columns.segments.offset,
      indices: columns.indices.offset,
      permutation: columns.permutation.offset,
      values: weights.values.offset,
    },
  ];
}

function weightUpdate(
  planned: PlannedLayer,
  step: WeightStep,
  active: number,
  blocks: number,
  tables: UpdateTables,
): Instruction {
  const { live, rows, weights } = planned;
  if (planned.convolution !== null) return pictureUpdate(planned, planned.convolution, step, blocks, tables);
  const common = {
    inputs: live.inputs.length,
    outputs: live.outputs.length,
    blocks,
    x: step.from.region.offset,
    dy: gradientOf(step.to).offset,
    first: weights.first?.offset ?? 0,
    second: weights.second?.offset ?? 0,
    ...shared(step.layer, tables),
  };
  if (rows === null) return { op: 'denseUpdate', ...common, weights: weights.values.offset, active };
  return {
    op: 'compressedUpdate',
    ...common,
    chunkCount: rows.structure.chunkCount,
    chunks: rows.chunks.offset,
    segments: rows.segments.offset,
    indices: rows.indices.offset,
    values: weights.values.offset,
  };
}

/** What puts a layer's frozen weights back after their update. */
function restored({ frozen, weights }: PlannedLayer): readonly Instruction[] {
  if (frozen === null) return [];
  const { at, places, held } = frozen;
  return [
    {
      op: 'restore',
      count: at.length,
      places: places.offset,
      held: held.offset,
      values: weights.values.offset,
    },
  ];
}

function biasUpdate(
  planned: PlannedLayer,
  step: WeightStep,
  blocks: number,
  tables: UpdateTables,
): readonly Instruction[] {
  const { live, biases, convolution } = planned;
  if (convolution !== null) {
    const { height, width } = convolution.layer.output;
    const { scratch: _, ...optimizer } = shared(step.layer, tables);
    const instruction = {
      op: 'convolutionBiasUpdate',
      outputs: live.outputs.length,
      height,
      width,
      blocks,
      winners: step.pooling?.winners.offset ?? 0,
      dy: gradientOf(step.to).offset,
      biases: biases.values.offset,
      first: biases.first?.offset ?? 0,
      second: biases.second?.offset ?? 0,
      ...optimizer,
      scratch: convolution.scratch.offset,
      scratchWords: convolution.scratchWords,
    } as const;
    return [...dividedUpdate(planned), instruction];
  }
  return [
    {
      op: 'biasUpdate',
      outputs: live.outputs.length,
      blocks,
      dy: gradientOf(step.to).offset,
      biases: biases.values.offset,
      first: biases.first?.offset ?? 0,
      second: biases.second?.offset ?? 0,
      ...shared(step.layer, tables),
    },
  ];
}

function pictureGradient(
  planned: PlannedLayer,
  convolved: PlannedConvolution,
  step: WeightStep,
  blocks: number,
): Instruction {
  const common = {
    ...pictureOperands(convolved, step, blocks),
    ...ends(step),
    ...tileOperands(convolved.layer.input, blocks),
  };
  const columns = columnOperands(planned);
  const values = planned.weights.values.offset;
  if (columns === null) {
    return { op: 'denseConvolutionInputGradient', ...common, weights: values, tileChannels: convolved.outputChannels };
  }
  return { op: 'compressedConvolutionInputGradient', ...common, ...columns, values };
}

function pictureUpdate(
  planned: PlannedLayer,
  convolved: PlannedConvolution,
  step: WeightStep,
  blocks: number,
  tables: UpdateTables,
): Instruction {
  const { weights } = planned;
  const { scratch: _, ...optimizer } = shared(step.layer, tables);
  const rows = rowOperands(planned);
  const common = {
    ...pictureOperands(convolved, step, blocks),
    x: step.from.region.offset,
    dy: gradientOf(step.to).offset,
    first: weights.first?.offset ?? 0,
    second: weights.second?.offset ?? 0,
    ...optimizer,
    tileRows: stripRows(convolved.layer.output.height),
  };
  const values = weights.values.offset;
  if (rows === null) {
    return { op: 'denseConvolutionUpdate', ...common, weights: values, tileChannels: convolved.inputChannels };
  }
  return { op: 'compressedConvolutionUpdate', ...common, ...rows, values };
}

function batchNormUpdate(
  { biases }: PlannedLayer,
  step: Extract<Step, { kind: 'batch-norm' }>,
  blocks: number,
  tables: UpdateTables,
): Instruction {
  const { scratch: _, ...optimizer } = shared(step.layer, tables);
  if (step.scratch === null) throw new Error('a batch norm was planned without memory for its gradients');
  return {
    op: 'batchNormUpdate',
    ...step.shape,
    blocks,
    sizes: tables.sizes.offset,
    x: step.from.region.offset,
    dy: gradientOf(step.to).offset,
    dx: gradientOf(step.from).offset,
    statistics: step.statistics.offset,
    values: biases.values.offset,
    first: biases.first?.offset ?? 0,
    second: biases.second?.offset ?? 0,
    ...optimizer,
    ...normScratchOperands(step.scratch, step.shape),
  };
}

function shared(layer: number, { optimizer, constants, scratch }: UpdateTables) {
  return {
    layer,
    optimizer: optimizerCodes[optimizer],
    constants: constants.offset,
    scratch: scratch.offset,
  };
}

export function gradientOf({ region, gradient }: Value): Region {
  if (gradient === null) throw new Error(`"${region.name}" was planned without a gradient`);
  return gradient;
}

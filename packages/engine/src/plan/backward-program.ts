import { stripRows } from './convolution-tiles.js';
import { columnOperands, pictureOperands, rowOperands, tileOperands } from './convolutions.js';
import { dividedColumns, dividedRows } from './forward-program.js';
import { type Instruction, optimizerCodes } from './instructions.js';
import type { Region } from './layout.js';
import { type PlannedConvolution, type PlannedLayer, resultOf } from './plan.js';

/** What the updates of all layers share. */
export interface UpdateTables {
  readonly optimizer: keyof typeof optimizerCodes;
  readonly constants: Region;
  readonly scratch: Region;
}

/**
 * The backward pass, last layer first, each layer's optimizer step as soon as nothing needs its old weights any more.
 * @param x the batch (blocks, live inputs, 64)
 * @param active see `gather`; 0 if unknown
 */
export function backwardProgram(
  layers: readonly PlannedLayer[],
  x: Region,
  active: number,
  blocks: number,
  tables: UpdateTables,
): readonly Instruction[] {
  const program: Instruction[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    if (layers[l].live.outputs.length === 0) continue;
    const below = l === 0 ? null : layers[l - 1];
    if (below !== null && below.live.outputs.length > 0) {
      program.push(
        ...dividedColumns(layers[l]),
        inputGradient(layers[l], below, blocks),
        ...poolGradient(below, blocks),
      );
    }
    program.push(
      ...dividedRows(layers[l]),
      weightUpdate(layers[l], l, below === null ? x : resultOf(below), below === null ? active : 0, blocks, tables),
    );
    program.push(...restored(layers[l]));
    program.push(biasUpdate(layers[l], l, blocks, tables));
  }
  return program;
}

function inputGradient(planned: PlannedLayer, below: PlannedLayer, blocks: number): Instruction {
  const ends = {
    dy: gradientOf(planned).offset,
    // A pooling's gradient sees to the ReLU before it.
    gate: below.relu && below.pool === null ? below.output.offset : 0,
    dx: (below.pool === null ? gradientOf(below) : poolGradientOf(below)).offset,
  };
  if (planned.convolution !== null) return pictureGradient(planned, planned.convolution, ends, blocks);
  const { live, weights, columns } = planned;
  const common = {
    inputs: live.inputs.length,
    outputs: live.outputs.length,
    blocks,
    ...ends,
  };
  if (columns === null) return { op: 'denseInputGradient', ...common, weights: weights.values.offset };
  return {
    op: 'compressedInputGradient',
    ...common,
    chunkCount: columns.structure.chunkCount,
    chunks: columns.chunks.offset,
    segments: columns.segments.offset,
    indices: columns.indices.offset,
    permutation: columns.permutation.offset,
    values: weights.values.offset,
  };
}

function weightUpdate(
  planned: PlannedLayer,
  index: number,
  x: Region,
  active: number,
  blocks: number,
  tables: UpdateTables,
): Instruction {
  const { live, rows, weights } = planned;
  if (planned.convolution !== null) return pictureUpdate(planned, planned.convolution, index, x, blocks, tables);
  const common = {
    inputs: live.inputs.length,
    outputs: live.outputs.length,
    blocks,
    x: x.offset,
    dy: gradientOf(planned).offset,
    first: weights.first?.offset ?? 0,
    second: weights.second?.offset ?? 0,
    ...shared(index, tables),
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

function biasUpdate(planned: PlannedLayer, index: number, blocks: number, tables: UpdateTables): Instruction {
  const { live, biases, convolution } = planned;
  if (convolution !== null) {
    const { height, width } = convolution.layer.output;
    const { scratch: _, ...optimizer } = shared(index, tables);
    return {
      op: 'convolutionBiasUpdate',
      outputs: live.outputs.length,
      height,
      width,
      blocks,
      dy: gradientOf(planned).offset,
      biases: biases.values.offset,
      first: biases.first?.offset ?? 0,
      second: biases.second?.offset ?? 0,
      ...optimizer,
    };
  }
  return {
    op: 'biasUpdate',
    outputs: live.outputs.length,
    blocks,
    dy: gradientOf(planned).offset,
    biases: biases.values.offset,
    first: biases.first?.offset ?? 0,
    second: biases.second?.offset ?? 0,
    ...shared(index, tables),
  };
}

function pictureGradient(
  planned: PlannedLayer,
  convolved: PlannedConvolution,
  ends: { readonly dy: number; readonly gate: number; readonly dx: number },
  blocks: number,
): Instruction {
  const common = { ...pictureOperands(convolved, blocks), ...ends, ...tileOperands(convolved.layer.input) };
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
  index: number,
  x: Region,
  blocks: number,
  tables: UpdateTables,
): Instruction {
  const { weights } = planned;
  const { scratch: _, ...optimizer } = shared(index, tables);
  const common = {
    ...pictureOperands(convolved, blocks),
    x: x.offset,
    dy: gradientOf(planned).offset,
    first: weights.first?.offset ?? 0,
    second: weights.second?.offset ?? 0,
    ...optimizer,
    tileRows: stripRows(convolved.layer.output.height),
  };
  const rows = rowOperands(planned);
  const values = weights.values.offset;
  if (rows === null) {
    return { op: 'denseConvolutionUpdate', ...common, weights: values, tileChannels: convolved.inputChannels };
  }
  return { op: 'compressedConvolutionUpdate', ...common, ...rows, values };
}

/** From the gradient at what a pooling gives to the one at what it reads. */
function poolGradient(planned: PlannedLayer, blocks: number): readonly Instruction[] {
  const { pool, output, relu } = planned;
  if (pool === null) return [];
  const { input, size, stride } = pool.layer;
  return [
    {
      op: 'maxPoolInputGradient',
      ...input,
      size,
      stride,
      blocks,
      x: output.offset,
      y: pool.output.offset,
      dy: poolGradientOf(planned).offset,
      relu: relu ? 1 : 0,
      dx: gradientOf(planned).offset,
    },
  ];
}

function poolGradientOf({ layer, pool }: PlannedLayer): Region {
  if (!pool?.gradient) throw new Error(`the pooling after "${layer.name}" has no gradient in this plan`);
  return pool.gradient;
}

function shared(layer: number, { optimizer, constants, scratch }: UpdateTables) {
  return {
    layer,
    optimizer: optimizerCodes[optimizer],
    constants: constants.offset,
    scratch: scratch.offset,
  };
}

export function gradientOf({ layer, gradient }: PlannedLayer): Region {
  if (gradient === null) throw new Error(`layer "${layer.name}" was planned for evaluation only`);
  return gradient;
}

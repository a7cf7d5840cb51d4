import { type Instruction, optimizerCodes } from './instructions.js';
import type { Region } from './layout.js';
import type { PlannedLayer } from './plan.js';

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
    if (below !== null && below.live.outputs.length > 0) program.push(inputGradient(layers[l], below, blocks));
    program.push(weightUpdate(layers[l], l, below?.output ?? x, below === null ? active : 0, blocks, tables));
    program.push(biasUpdate(layers[l], l, blocks, tables));
  }
  return program;
}

function inputGradient(planned: PlannedLayer, below: PlannedLayer, blocks: number): Instruction {
  const { live, weights, columns } = planned;
  const common = {
    inputs: live.inputs.length,
    outputs: live.outputs.length,
    blocks,
    dy: gradientOf(planned).offset,
    gate: below.relu ? below.output.offset : 0,
    dx: gradientOf(below).offset,
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

function biasUpdate(planned: PlannedLayer, index: number, blocks: number, tables: UpdateTables): Instruction {
  const { live, biases } = planned;
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

import { pictureOperands, rowOperands, tileOperands } from './convolutions.js';
import type { Instruction } from './instructions.js';
import type { Region } from './layout.js';
import { type PlannedConvolution, type PlannedLayer, resultOf } from './plan.js';

/** The forward pass from `x` (blocks, live inputs, 64) to the last layer's output. @param active see `gather`; 0 if unknown */
export function forwardProgram(
  layers: readonly PlannedLayer[],
  x: Region,
  active: number,
  blocks: number,
): readonly Instruction[] {
  return layers.flatMap((planned, l) =>
    planned.live.outputs.length === 0
      ? []
      : [
          ...dividedRows(planned),
          forward(planned, l === 0 ? x : resultOf(layers[l - 1]), l === 0 ? active : 0, blocks),
          ...pooling(planned, blocks),
        ],
  );
}

/** In front of an instruction whose rows are a layer's outputs. */
export function dividedRows({ division }: PlannedLayer): readonly Instruction[] {
  return division === null ? [] : [{ op: 'divide', parts: division.parts, bounds: division.rows.region.offset }];
}

/** In front of one whose rows are a layer's inputs. */
export function dividedColumns({ division }: PlannedLayer): readonly Instruction[] {
  return division === null ? [] : [{ op: 'divide', parts: division.parts, bounds: division.columns.region.offset }];
}

function forward(planned: PlannedLayer, x: Region, active: number, blocks: number): Instruction {
  if (planned.convolution !== null) return convolution(planned, planned.convolution, x, blocks);
  const { live, rows, weights, biases, output, relu } = planned;
  const common = {
    inputs: live.inputs.length,
    outputs: live.outputs.length,
    blocks,
    biases: biases.values.offset,
    x: x.offset,
    y: output.offset,
    relu: relu ? 1 : 0,
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

function convolution(planned: PlannedLayer, convolved: PlannedConvolution, x: Region, blocks: number): Instruction {
  const { weights, biases, output, relu } = planned;
  const common = {
    ...pictureOperands(convolved, blocks),
    biases: biases.values.offset,
    x: x.offset,
    y: output.offset,
    relu: relu ? 1 : 0,
    ...tileOperands(convolved.layer.output),
  };
  const rows = rowOperands(planned);
  const values = weights.values.offset;
  if (rows === null) {
    return { op: 'denseConvolution', ...common, weights: values, tileChannels: convolved.inputChannels };
  }
  return { op: 'compressedConvolution', ...common, ...rows, values };
}

function pooling({ pool, output }: PlannedLayer, blocks: number): readonly Instruction[] {
  if (pool === null) return [];
  const { input, size, stride } = pool.layer;
  return [{ op: 'maxPool', ...input, size, stride, blocks, x: output.offset, y: pool.output.offset }];
}

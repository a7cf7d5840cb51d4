import type { Instruction } from './instructions.js';
import type { Region } from './layout.js';
import type { PlannedLayer } from './plan.js';

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
      : forward(planned, l === 0 ? x : layers[l - 1].output, l === 0 ? active : 0, blocks),
  );
}

function forward(planned: PlannedLayer, x: Region, active: number, blocks: number): Instruction {
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

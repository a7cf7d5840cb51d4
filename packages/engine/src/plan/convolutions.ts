import type { ConvolutionLayer } from '../network/network.js';
import { chunkChannels, productScratch, stripRows, tilesFor, updateScratch } from './convolution-tiles.js';
import type { Form } from './forms.js';
import type { Layout } from './layout.js';
import type { PlannedConvolution, PlannedLayer } from './plan.js';

/** Decides how a convolution's work is cut and gives it memory to work in. @param trains whether there are gradients */
export function planConvolution(
  layer: ConvolutionLayer,
  form: Form,
  trains: boolean,
  layout: Layout,
): PlannedConvolution {
  const { kernel, stride, input, output, name } = layer;
  const taps = kernel * kernel;
  const inputChannels = form.kind === 'dense' ? chunkChannels(1, input.channels) : form.rows.width / taps;
  const outputChannels =
    form.kind === 'dense' ? chunkChannels(1, output.channels) : (form.columns?.width ?? taps) / taps;
  const forward = productScratch(tilesFor(output.height, output.width), kernel, stride, inputChannels);
  const backward = productScratch(tilesFor(input.height, input.width), kernel, 1, outputChannels);
  const rows = stripRows(output.height);
  const most = form.kind === 'dense' ? output.channels * inputChannels * taps : largestChunk(form.rows);
  const update = updateScratch(rows, output.width, kernel, stride, inputChannels, most);
  const words = trains ? Math.max(forward, backward, update) : forward;
  return { layer, scratch: layout.add(`${name} scratch`, words), inputChannels, outputChannels };
}

/** Most survivors of a chunk. */
function largestChunk({
  chunkCount,
  chunks,
  segments,
}: {
  chunkCount: number;
  chunks: Int32Array;
  segments: Int32Array;
}) {
  let most = 0;
  for (let c = 0; c < chunkCount; c++) {
    let survivors = 0;
    for (let s = chunks[2 * c + 1]; s < chunks[2 * c + 3]; s++) survivors += segments[3 * s + 2];
    most = Math.max(most, survivors);
  }
  return most;
}

/** The operands that all instructions of a convolution share. */
export function pictureOperands({ layer, scratch }: PlannedConvolution, blocks: number) {
  const { kernel, stride, padding, input, output } = layer;
  return { ...input, outputs: output.channels, kernel, stride, padding, blocks, scratch: scratch.offset };
}

/** The tiles of a result of this height and width as operands. */
export function tileOperands({ height, width }: { readonly height: number; readonly width: number }) {
  const { rows, columns } = tilesFor(height, width);
  return { tileRows: rows, tileColumns: columns };
}

/** The operands of a compressed form's rows. */
export function rowOperands({ rows }: PlannedLayer) {
  return rows && structureOperands(rows);
}

/** The operands of a compressed form's columns. */
export function columnOperands({ columns }: PlannedLayer) {
  return columns && { ...structureOperands(columns), permutation: columns.permutation.offset };
}

function structureOperands({ structure, chunks, segments, indices }: NonNullable<PlannedLayer['rows']>) {
  return {
    chunkCount: structure.chunkCount,
    chunks: chunks.offset,
    segments: segments.offset,
    indices: indices.offset,
  };
}

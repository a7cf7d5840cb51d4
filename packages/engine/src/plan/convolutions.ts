import { LANES } from '../contract.js';
import type { ConvolutionLayer, ImageShape } from '../network/network.js';
import { blocking } from './blocking.js';
import { biasScratch, chunkChannels, productScratch, stripRows, tilesFor, updateScratch } from './convolution-tiles.js';
import { evenBounds, partsOf, type Sharing } from './division.js';
import type { Form } from './forms.js';
import { type Layout, wholeLines } from './layout.js';
import type { Content, DividedConvolution, PlannedConvolution, PlannedLayer } from './plan.js';
import type { PoolingWithin } from './steps.js';

/** Rows of pictures, and outputs, that threads divide go together by so many: as tiles and kernels take them. */
const DIVIDED_ROWS = 4;

/** What a convolution is planned for. */
export interface ConvolutionUse {
  /** Whether there are gradients. */
  readonly trains: boolean;
  /** Whether it pools its result itself. */
  readonly pools: boolean;
  readonly sharing: Sharing;
}

/** Decides how a convolution's work is cut and gives it memory to work in. */
export function planConvolution(
  layer: ConvolutionLayer,
  form: Form,
  { trains, pools, sharing }: ConvolutionUse,
  layout: Layout,
): PlannedConvolution {
  const { kernel, stride, input, output, name } = layer;
  const taps = kernel * kernel;
  const inputChannels = form.kind === 'dense' ? chunkChannels(1, input.channels) : form.rows.width / taps;
  const outputChannels =
    form.kind === 'dense' ? chunkChannels(1, output.channels) : (form.columns?.width ?? taps) / taps;
  const isDense = form.kind === 'dense';
  const places = isDense ? 0 : form.live;
  const product = (to: ImageShape, windowStride: number, channels: number, reordered: number): number =>
    productScratch(tilesFor(to.height, to.width), kernel, windowStride, channels, to.channels, { reordered, places });
  const forward = product(output, stride, inputChannels, isDense ? form.live : 0);
  const backward = product(input, 1, outputChannels, form.live);
  const rows = stripRows(output.height);
  const sums =
    form.kind === 'dense'
      ? output.channels * inputChannels * taps
      : Math.min(form.live, Math.max(blocking.updateSurvivors, largestChunk(form.rows)));
  const strips = isDense ? blocking.updateOutputs : output.channels;
  const update = updateScratch(rows, output.width, kernel, stride, inputChannels, strips, sums);
  const words = trains ? Math.max(forward, backward, update, biasScratch(output.height)) : forward;
  const parts = partsOf(form.live * output.height * output.width, sharing);
  const scratchWords = wholeLines(words);
  return {
    layer,
    scratch: layout.add(`${name} scratch`, parts * scratchWords),
    scratchWords,
    inputChannels,
    outputChannels,
    division: parts === 1 ? null : divided(layer, pools, parts, layout),
  };
}

/** Products are divided by rows of the picture that they make (pooled ones by rows of windows), updates by outputs. */
function divided(
  { input, output, name }: ConvolutionLayer,
  pools: boolean,
  parts: number,
  layout: Layout,
): DividedConvolution {
  const bounds = (of: string, rows: number, together = DIVIDED_ROWS): Content => {
    const values = evenBounds(rows, parts, together);
    return { region: layout.add(`${name} ${of} bounds`, values.length), values };
  };
  return {
    parts,
    result: pools ? bounds('result', output.height / 2, DIVIDED_ROWS / 2) : bounds('result', output.height),
    source: bounds('source', input.height),
    outputs: bounds('output', output.channels),
  };
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
export function pictureOperands(
  { layer, scratch, scratchWords }: PlannedConvolution,
  { pooling }: { readonly pooling: PoolingWithin | null },
  blocks: number,
) {
  const { kernel, stride, padding, input, output } = layer;
  return {
    ...input,
    outputs: output.channels,
    kernel,
    stride,
    padding,
    blocks,
    winners: pooling?.winners.offset ?? 0,
    scratch: scratch.offset,
    scratchWords,
  };
}

/** How pictures of so many blocks are made, as operands: their tiles, and whether they are written past the caches. */
export function tileOperands({ channels, height, width }: ImageShape, blocks: number, isPooled = false) {
  const { rows, columns } = tilesFor(height, width);
  const values = blocks * channels * height * width * LANES;
  return { tileRows: rows, tileColumns: columns, streams: !isPooled && values >= blocking.streamedValues ? 1 : 0 };
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

import { LANES } from '../../contract.js';
import { convolvedSize } from '../../plan/convolution-tiles.js';
import { relu } from './forward.js';
import type { Memory, Operands } from './memory.js';
import { optimize, stepConstants } from './optimizer.js';
import { pictureSum } from './picture-sum.js';
import { pictureValueAt } from './picture-values.js';
import { gradientAtResult, poolResult } from './pooled.js';

/** A convolution of pictures: see `denseConvolution` in the instruction table. */
interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly blocks: number;
  readonly winners: number;
}

/** A weight that survives: where it stands, and the word (or place among the values) where it lies. */
interface Tap {
  readonly output: number;
  readonly channel: number;
  /** Row and column of the kernel. */
  readonly i: number;
  readonly j: number;
  readonly at: number;
}

export function denseConvolution(memory: Memory, o: Operands<'denseConvolution'>): void {
  forward(memory, o, allTaps(o), o.weights);
}

export function compressedConvolution(memory: Memory, o: Operands<'compressedConvolution'>): void {
  forward(memory, o, survivingTaps(memory, o), o.values);
}

export function denseConvolutionInputGradient(memory: Memory, o: Operands<'denseConvolutionInputGradient'>): void {
  inputGradient(memory, o, allTaps(o), o.weights);
}

export function compressedConvolutionInputGradient(
  memory: Memory,
  o: Operands<'compressedConvolutionInputGradient'>,
): void {
  const { kernel } = o;
  const taps = entriesOf(memory, o).map(({ line, place, at }) => ({
    channel: line,
    output: Math.floor(place / (kernel * kernel)),
    i: Math.floor(place / kernel) % kernel,
    j: place % kernel,
    at: memory.words[o.permutation + at],
  }));
  inputGradient(memory, o, taps, o.values);
}

export function denseConvolutionUpdate(memory: Memory, step: number, o: Operands<'denseConvolutionUpdate'>): boolean {
  return update(memory, step, o, allTaps(o), o.weights);
}

export function compressedConvolutionUpdate(
  memory: Memory,
  step: number,
  o: Operands<'compressedConvolutionUpdate'>,
): boolean {
  return update(memory, step, o, survivingTaps(memory, o), o.values);
}

/** Gradient and optimizer step of every bias, without decay. */
export function convolutionBiasUpdate(memory: Memory, step: number, o: Operands<'convolutionBiasUpdate'>): boolean {
  const constants = stepConstants(memory, o.constants, step);
  const dy = gradientAtResult(memory, o, o.height, o.width);
  let finite = true;
  for (let output = 0; output < o.outputs; output++) {
    const gradient = pictureSum(o.blocks, o.height, (image, row, add) => {
      for (let column = 0; column < o.width; column++) {
        add(dy[pictureValueAt(o.outputs, o.height, o.width, image, output, row, column)]);
      }
    });
    finite = optimize(memory, { ...o, values: o.biases }, constants, output, gradient, 0) && finite;
  }
  return finite;
}

/** For each value of y from the bias, over ascending channels, rows and columns of the kernel; outside of x is nothing. */
function forward(
  memory: Memory,
  o: Picture & { readonly biases: number; readonly x: number; readonly y: number; readonly relu: number },
  taps: readonly Tap[],
  weights: number,
): void {
  const { floats } = memory;
  const [rows, columns] = [convolvedSize(o.height, o), convolvedSize(o.width, o)];
  const count = o.blocks * o.outputs * rows * columns * LANES;
  const y = o.winners === 0 ? floats.subarray(o.y, o.y + count) : new Float32Array(count);
  const tapsOf = grouped(taps, o.outputs, ({ output }) => output);
  for (let output = 0; output < o.outputs; output++) {
    forEachValue(o.blocks, rows, columns, (image, row, column) => {
      let sum = floats[o.biases + output];
      for (const { channel, i, j, at } of tapsOf[output]) {
        const x = xAt(o, image, channel, row * o.stride + i - o.padding, column * o.stride + j - o.padding);
        if (x !== null) sum = Math.fround(sum + Math.fround(floats[weights + at] * floats[o.x + x]));
      }
      y[pictureValueAt(o.outputs, rows, columns, image, output, row, column)] = o.relu === 1 ? relu(sum) : sum;
    });
  }
  if (o.winners !== 0) poolResult(memory, o, rows, columns, y);
}

/** For each value of x from +0, over ascending outputs, rows and columns of the kernel. */
function inputGradient(
  memory: Memory,
  o: Picture & { readonly dy: number; readonly gate: number; readonly dx: number },
  taps: readonly Tap[],
  weights: number,
): void {
  const { floats } = memory;
  const [rows, columns] = [convolvedSize(o.height, o), convolvedSize(o.width, o)];
  const dy = gradientAtResult(memory, o, rows, columns);
  const tapsOf = grouped(taps, o.channels, ({ channel }) => channel);
  for (let channel = 0; channel < o.channels; channel++) {
    forEachValue(o.blocks, o.height, o.width, (image, y, x) => {
      let sum = 0;
      for (const { output, i, j, at } of tapsOf[channel]) {
        const row = (y + o.padding - i) / o.stride;
        const column = (x + o.padding - j) / o.stride;
        if (!(isIndex(row, rows) && isIndex(column, columns))) continue;
        const d = dy[pictureValueAt(o.outputs, rows, columns, image, output, row, column)];
        sum = Math.fround(sum + Math.fround(floats[weights + at] * d));
      }
      const place = pictureValueAt(o.channels, o.height, o.width, image, channel, y, x);
      floats[o.dx + place] = o.gate === 0 || floats[o.gate + place] > 0 ? sum : 0;
    });
  }
}

interface Update extends Picture {
  readonly x: number;
  readonly dy: number;
  readonly optimizer: number;
  readonly first: number;
  readonly second: number;
  readonly constants: number;
}

function update(memory: Memory, step: number, o: Update, taps: readonly Tap[], values: number): boolean {
  const { floats } = memory;
  const constants = stepConstants(memory, o.constants, step);
  const [rows, columns] = [convolvedSize(o.height, o), convolvedSize(o.width, o)];
  const dy = gradientAtResult(memory, o, rows, columns);
  let finite = true;
  for (const { output, channel, i, j, at } of taps) {
    const gradient = pictureSum(o.blocks, rows, (image, row, add) => {
      for (let column = 0; column < columns; column++) {
        const x = xAt(o, image, channel, row * o.stride + i - o.padding, column * o.stride + j - o.padding);
        if (x === null) continue;
        const d = dy[pictureValueAt(o.outputs, rows, columns, image, output, row, column)];
        add(Math.fround(floats[o.x + x] * d));
      }
    });
    finite = optimize(memory, { ...o, values }, constants, at, gradient, constants.decay) && finite;
  }
  return finite;
}

function forEachValue(
  blocks: number,
  rows: number,
  columns: number,
  visit: (image: number, row: number, column: number) => void,
): void {
  for (let image = 0; image < blocks * LANES; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) visit(image, row, column);
    }
  }
}

/** null in the padding. */
function xAt({ channels, height, width }: Picture, image: number, channel: number, row: number, column: number) {
  if (row < 0 || row >= height || column < 0 || column >= width) return null;
  return pictureValueAt(channels, height, width, image, channel, row, column);
}

function isIndex(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length;
}

function allTaps({ outputs, channels, kernel }: Picture): readonly Tap[] {
  return Array.from({ length: outputs * channels * kernel * kernel }, (_, at) => tapAt(at, channels, kernel, at));
}

/** The tap at a position of (outputs, channels, kernel, kernel). */
function tapAt(position: number, channels: number, kernel: number, at: number): Tap {
  return {
    output: Math.floor(position / (channels * kernel * kernel)),
    channel: Math.floor(position / (kernel * kernel)) % channels,
    i: Math.floor(position / kernel) % kernel,
    j: position % kernel,
    at,
  };
}

interface Structure {
  readonly chunkCount: number;
  readonly chunks: number;
  readonly segments: number;
  readonly indices: number;
}

function survivingTaps(memory: Memory, o: Picture & Structure): readonly Tap[] {
  const inputs = o.channels * o.kernel * o.kernel;
  return entriesOf(memory, o).map(({ line, place, at }) => tapAt(line * inputs + place, o.channels, o.kernel, at));
}

/** Survivors in storage order: within a line, places ascend. */
function entriesOf({ words, shorts }: Memory, o: Structure) {
  const entries: { readonly line: number; readonly place: number; readonly at: number }[] = [];
  for (let chunk = 0; chunk < o.chunkCount; chunk++) {
    const first = words[o.chunks + 2 * chunk];
    for (let s = words[o.chunks + 2 * chunk + 1]; s < words[o.chunks + 2 * chunk + 3]; s++) {
      const [line, start, count] = words.subarray(o.segments + 3 * s, o.segments + 3 * s + 3);
      for (let at = start; at < start + count; at++)
        entries.push({ line, place: first + shorts[2 * o.indices + at], at });
    }
  }
  return entries;
}

function grouped(taps: readonly Tap[], count: number, keyOf: (tap: Tap) => number): readonly Tap[][] {
  const groups: Tap[][] = Array.from({ length: count }, () => []);
  for (const tap of taps) groups[keyOf(tap)].push(tap);
  return groups;
}

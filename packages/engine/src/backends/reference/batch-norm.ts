import { LANES } from '../../contract.js';
import { CONSTANTS_ROW } from '../../plan/instructions.js';
import { relu } from './forward.js';
import type { Memory, Operands } from './memory.js';
import { optimize, stepConstants } from './optimizer.js';
import { pictureSum } from './picture-sum.js';

/** Added to a variance before its root. */
const EPSILON = Math.fround(1e-5);

const TWO_TO_50 = 0x4_0000_0000_0000;
/** Smaller running means become +0. */
const SMALLEST_MEAN = 1 / TWO_TO_50 / TWO_TO_50;
/** Smaller running variances become +0. */
const SMALLEST_VARIANCE = 1 / TWO_TO_50 / TWO_TO_50 / 0x10_0000;

const round = Math.fround;

/** docs/arithmetic.md, "Batch normalisation". */
export function batchNorm(memory: Memory, step: number, o: Operands<'batchNorm'>): void {
  const { floats, words } = memory;
  const size = words[o.sizes + step];
  const count = size * o.height * o.width;
  const constants = o.constants + step * CONSTANTS_ROW;
  for (let channel = 0; channel < o.channels; channel++) {
    const [scaleAt, shiftAt, meanAt, varianceAt] = placesOf(o.values, o.channels, channel);
    const sum = sumOver(o, size, (at) => floats[at(o.x, channel)]);
    const mean = round(sum / count) + 0;
    const squares = sumOver(o, size, (at) => {
      const distance = round(floats[at(o.x, channel)] - mean);
      return round(distance * distance);
    });
    const inverse = inverseDeviation(round(squares / count));
    floats[o.statistics + channel] = mean;
    floats[o.statistics + o.channels + channel] = inverse;
    const running = (before: number, now: number, smallest: number): number => {
      const moved = round(round(floats[constants + 10] * before) + round(floats[constants + 9] * now));
      return Math.abs(moved) < smallest ? 0 : moved;
    };
    floats[meanAt] = running(floats[meanAt], mean, SMALLEST_MEAN);
    floats[varianceAt] = running(floats[varianceAt], round(squares / Math.max(count - 1, 1)), SMALLEST_VARIANCE);
    forEachPlace(o, channel, (at, image) => {
      const y = normalised(floats[o.x + at], mean, inverse, floats[scaleAt], floats[shiftAt]);
      floats[o.y + at] = image >= size ? 0 : finished(floats, o, at, y);
    });
  }
}

export function runningBatchNorm({ floats }: Memory, o: Operands<'runningBatchNorm'>): void {
  for (let channel = 0; channel < o.channels; channel++) {
    const [scale, shift, mean, variance] = placesOf(o.values, o.channels, channel).map((at) => floats[at]);
    const inverse = inverseDeviation(variance);
    forEachPlace(o, channel, (at) => {
      const y = normalised(floats[o.x + at], mean, inverse, scale, shift);
      floats[o.y + at] = finished(floats, o, at, y);
    });
  }
}

/** Gradients at x, scale and shift, then the optimizer's step of these two. @returns whether they are finite */
export function batchNormUpdate(memory: Memory, step: number, o: Operands<'batchNormUpdate'>): boolean {
  const { floats, words } = memory;
  const size = words[o.sizes + step];
  const count = size * o.height * o.width;
  for (let channel = 0; channel < o.channels; channel++) {
    const [meanAt, inverseAt, scaleGradientAt, shiftGradientAt] = placesOf(o.statistics, o.channels, channel);
    const [mean, inverse] = [floats[meanAt], floats[inverseAt]];
    const standard = (at: number): number => round(round(floats[o.x + at] - mean) * inverse);
    const shiftGradient = sumOver(o, size, (at) => floats[at(o.dy, channel)]);
    const scaleGradient = sumOver(o, size, (at) => round(floats[at(o.dy, channel)] * standard(at(0, channel))));
    const factor = round(floats[o.values + channel] * inverse);
    const shiftShare = round(shiftGradient / count);
    const scaleShare = round(scaleGradient / count);
    forEachPlace(o, channel, (at, image) => {
      const rest = round(round(floats[o.dy + at] - shiftShare) - round(standard(at) * scaleShare));
      floats[o.dx + at] = image >= size ? 0 : round(factor * rest) + 0;
    });
    floats[scaleGradientAt] = scaleGradient;
    floats[shiftGradientAt] = shiftGradient;
  }
  const constants = stepConstants(memory, o.constants, step);
  let finite = true;
  for (let i = 0; i < 2 * o.channels; i++) {
    finite = optimize(memory, o, constants, i, floats[o.statistics + 2 * o.channels + i], 0) && finite;
  }
  return finite;
}

function normalised(x: number, mean: number, inverse: number, scale: number, shift: number): number {
  return round(round(round(round(x - mean) * inverse) * scale) + shift);
}

/** Plus what is added at this place, then ReLU. */
function finished(
  floats: Float32Array,
  o: { readonly added: number; readonly relu: number },
  at: number,
  y: number,
): number {
  const sum = o.added === 0 ? y : round(y + floats[o.added + at]);
  return o.relu === 1 ? relu(sum) : sum;
}

function inverseDeviation(variance: number): number {
  return round(1 / round(Math.sqrt(round(variance + EPSILON))));
}

/** The words of a channel in each of four tables (4, channels). */
function placesOf(table: number, channels: number, channel: number): readonly [number, number, number, number] {
  return [0, 1, 2, 3].map((row) => table + row * channels + channel) as never;
}

type Pictures = Pick<Operands<'batchNorm'>, 'channels' | 'height' | 'width' | 'blocks'>;

function placeOf(o: Pictures, channel: number, image: number, row: number, column: number): number {
  const plane = Math.floor(image / LANES) * o.channels + channel;
  return ((plane * o.height + row) * o.width + column) * LANES + (image % LANES);
}

/** Visits each value of a channel: its word within x, and which example of the batch it belongs to. */
function forEachPlace(o: Pictures, channel: number, visit: (at: number, image: number) => void): void {
  for (let image = 0; image < o.blocks * LANES; image++) {
    for (let row = 0; row < o.height; row++) {
      for (let column = 0; column < o.width; column++) visit(placeOf(o, channel, image, row, column), image);
    }
  }
}

/** A sum over the batch's pictures and their positions, in the contract's order. */
function sumOver(o: Pictures, size: number, term: (at: (region: number, channel: number) => number) => number): number {
  return pictureSum(o.blocks, o.height, (image, row, addTerm) => {
    if (image >= size) return;
    for (let column = 0; column < o.width; column++) {
      addTerm(term((region, channel) => region + placeOf(o, channel, image, row, column)));
    }
  });
}

import type { LaidOutData } from '../data/laid-out-data.js';
import type {
  AveragePoolLayer,
  ConvolutionLayer,
  Layer,
  MaxPoolLayer,
  Network,
  SubsampleLayer,
} from '../network/network.js';

/** What a weight layer holds, dense. If normalised, biases are scales, shifts, means, variances. */
export interface Layer64 {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** Convolution as its definition says, in f64. */
function convolved(
  { input, output, kernel, stride, padding }: ConvolutionLayer,
  { weights, biases }: Layer64,
  x: Float64Array,
): Float64Array {
  const y = new Float64Array(output.channels * output.height * output.width);
  for (let place = 0; place < y.length; place++) {
    const o = Math.floor(place / (output.height * output.width));
    const [r, q] = [Math.floor(place / output.width) % output.height, place % output.width];
    y[place] = biases[o];
    for (let tap = 0; tap < input.channels * kernel * kernel; tap++) {
      const c = Math.floor(tap / (kernel * kernel));
      const row = r * stride + (Math.floor(tap / kernel) % kernel) - padding;
      const column = q * stride + (tap % kernel) - padding;
      if (row < 0 || row >= input.height || column < 0 || column >= input.width) continue;
      y[place] +=
        weights[o * input.channels * kernel * kernel + tap] * x[(c * input.height + row) * input.width + column];
    }
  }
  return y;
}

function pooled({ input, output, size, stride }: MaxPoolLayer, x: Float64Array): Float64Array {
  return Float64Array.from({ length: output.channels * output.height * output.width }, (_, place) => {
    const c = Math.floor(place / (output.height * output.width));
    const [r, q] = [Math.floor(place / output.width) % output.height, place % output.width];
    const window = Array.from({ length: size * size }, (_value, k) => {
      const [row, column] = [r * stride + Math.floor(k / size), q * stride + (k % size)];
      return x[(c * input.height + row) * input.width + column];
    });
    return Math.max(...window);
  });
}

function averaged({ input, output, rows, columns, stride }: AveragePoolLayer, x: Float64Array): Float64Array {
  return Float64Array.from({ length: output.channels * output.height * output.width }, (_, place) => {
    const c = Math.floor(place / (output.height * output.width));
    const [r, q] = [Math.floor(place / output.width) % output.height, place % output.width];
    let sum = 0;
    for (let k = 0; k < rows * columns; k++) {
      const [row, column] = [r * stride + Math.floor(k / columns), q * stride + (k % columns)];
      sum += x[(c * input.height + row) * input.width + column];
    }
    return sum / (rows * columns);
  });
}

function subsampled({ input, output, stride }: SubsampleLayer, x: Float64Array): Float64Array {
  return Float64Array.from({ length: output.channels * output.height * output.width }, (_, place) => {
    const c = Math.floor(place / (output.height * output.width));
    const [r, q] = [Math.floor(place / output.width) % output.height, place % output.width];
    return c < input.channels ? x[(c * input.height + r * stride) * input.width + q * stride] : 0;
  });
}

/** Each channel less its mean over the batch, by its deviation, times scale, plus shift. */
function normalised(channels: number, { biases }: Layer64, batch: readonly Float64Array[]): readonly Float64Array[] {
  const positions = batch[0].length / channels;
  const result = batch.map((x) => x.slice());
  for (let c = 0; c < channels; c++) {
    const values = batch.flatMap((x) => [...x.subarray(c * positions, (c + 1) * positions)]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    for (const x of result) {
      for (let p = c * positions; p < (c + 1) * positions; p++) {
        x[p] = ((x[p] - mean) / Math.sqrt(variance + 1e-5)) * biases[c] + biases[channels + c];
      }
    }
  }
  return result;
}

const channelsOf = (layer: Layer, { weights }: Layer64): number => {
  if (layer.kind === 'convolution') return layer.output.channels;
  return layer.kind === 'dense' ? layer.outputs : weights.length;
};

/** What a dropout multiplies a value by: 0 or 1 ÷ (1 − rate). */
export type Dropped = (dropout: number, feature: number, lane: number) => number;

/** A batch through layers, as their definitions say. @param owners what the weight layers hold; takes as many as it meets */
function through(
  layers: readonly Layer[],
  owners: Layer64[],
  batch: readonly Float64Array[],
  dropped: Dropped,
): readonly Float64Array[] {
  let dropouts = 0;
  let values = batch;
  let last: readonly [Layer, Layer64] | null = null;
  for (const layer of layers) {
    const below = values;
    switch (layer.kind) {
      case 'dense':
      case 'convolution': {
        const owner = owners.shift();
        if (owner === undefined) throw new Error('a weight layer has no values');
        last = [layer, owner];
        const isNormalised = owner.biases.length > channelsOf(layer, owner);
        const biases = isNormalised ? new Float64Array(channelsOf(layer, owner)) : owner.biases;
        values = below.map((x) =>
          layer.kind === 'convolution'
            ? convolved(layer, { weights: owner.weights, biases }, x)
            : biases.map((bias, o) =>
                x.reduce((total, value, i) => total + owner.weights[o * layer.inputs + i] * value, bias),
              ),
        );
        break;
      }
      case 'batch-norm':
        if (last !== null) values = normalised(channelsOf(...last), last[1], below);
        break;
      case 'relu':
        values = below.map((x) => x.map((value) => Math.max(0, value)));
        break;
      case 'max-pool':
        values = below.map((x) => pooled(layer, x));
        break;
      case 'average-pool':
        values = below.map((x) => averaged(layer, x));
        break;
      case 'subsample':
        values = below.map((x) => subsampled(layer, x));
        break;
      case 'residual': {
        const body = through(layer.body, owners, below, dropped);
        const shortcut = through(layer.shortcut, owners, below, dropped);
        values = body.map((x, n) => x.map((value, i) => value + shortcut[n][i]));
        break;
      }
      case 'dropout': {
        const number = dropouts++;
        values = below.map((x, lane) => x.map((value, feature) => value * dropped(number, feature, lane)));
        break;
      }
      case 'flatten':
        break;
    }
  }
  return values;
}

/** The mean cross-entropy of a batch of training examples, in f64 and by definition. */
export function lossInF64(
  { layers }: Network,
  owners: readonly Layer64[],
  data: LaidOutData,
  examples: Iterable<number>,
  dropped: Dropped = () => 1,
): number {
  const chosen = [...examples];
  const batch = chosen.map((example) => {
    const at = 64 * data.train.images + example * data.features;
    return Float64Array.from(data.bytes.subarray(at, at + data.features), (value) => value * data.scale);
  });
  const losses = through(layers, [...owners], batch, dropped).map((logits, n) => {
    const label = data.bytes[64 * data.train.labels + chosen[n]];
    return Math.log(logits.reduce((total, z) => total + Math.exp(z), 0)) - logits[label];
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

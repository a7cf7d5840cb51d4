import { maskIndices } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { initialTensors } from '../initialisation/initial.js';
import { network } from '../network/build.js';
import { convolution, dense, flatten, maxPool, relu } from '../network/layers.js';
import type { ConvolutionLayer, MaxPoolLayer, Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { denseTensors, survivorsOf } from '../parameters.js';
import { recipeFor } from '../recipe/normalise.js';
import { finish } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { drawnMask, draws } from '../testing/values.js';
import { dataOrder } from './data-order.js';
import { startTraining } from './start.js';

const BATCH = 5;
const backend = (await availableBackends()).at(-1) ?? reference;

const net = network('seeing', { channels: 2, height: 7, width: 6 }, [
  convolution(3),
  relu(),
  convolution(4, { stride: 2, padding: 2 }),
  relu(),
  maxPool(2, 1),
  flatten(),
  dense(5),
  relu(),
  dense(3),
]);
const data = syntheticData({ features: net.inputs, classes: 3, train: 20, validation: 5, test: 5, seed: 2 });

interface Layer64 {
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

/** The batch's mean cross-entropy in f64. */
function loss64(of: Network, owners: readonly Layer64[], examples: Iterable<number>): number {
  let [sum, count] = [0, 0];
  for (const example of examples) {
    const at = 64 * data.train.images + example * data.features;
    let x: Float64Array = Float64Array.from(data.bytes.subarray(at, at + data.features), (value) => value * data.scale);
    let owner = 0;
    for (const layer of of.layers) {
      const below = x;
      if (layer.kind === 'convolution') x = convolved(layer, owners[owner++], below);
      if (layer.kind === 'max-pool') x = pooled(layer, below);
      if (layer.kind === 'relu') x = below.map((value) => Math.max(0, value));
      if (layer.kind !== 'dense') continue;
      const { weights, biases } = owners[owner++];
      x = biases.map((bias, o) =>
        below.reduce((total, value, i) => total + weights[o * layer.inputs + i] * value, bias),
      );
    }
    const label = data.bytes[64 * data.train.labels + example];
    sum += Math.log(x.reduce((total, z) => total + Math.exp(z), 0)) - x[label];
    count++;
  }
  return sum / count;
}

describe('gradients of convolutions and poolings agree with finite differences in f64', () => {
  it.each([
    { name: 'dense', kept: [1, 1, 1, 1] },
    { name: 'compressed', kept: [0.6, 0.4, 0.5, 0.7] },
    { name: 'mixed', kept: [1, 0.3, 1, 1] },
  ])('$name', ({ kept }) => {
    const layers = weightLayers(net);
    const masks = layers.map((layer, l) => drawnMask(7 + l, layer.weights, kept[l]));
    const tensors = initialTensors(net, 'glorot-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });
    const start = survivorsOf(net, masks, tensors).map(({ weights, biases }, l) => ({
      weights,
      biases: draws(3, l, biases.length, 0.1),
    }));
    const recipe = recipeFor(net, { optimizer: { name: 'momentum', rate: 1e-6 }, batch: BATCH, iterations: 1 });
    const run = startTraining({
      backend,
      network: net,
      masks,
      start,
      recipe,
      data,
      seed: 1,
      trial: 0,
      startIteration: 0,
    });
    finish(run);
    // After one step from zero, the momentum is the gradient.
    const { arrays } = run.save();
    run.close();

    const owners = denseTensors(net, masks, start).map((tensor, l) => ({
      weights: Float64Array.from(tensor),
      biases: Float64Array.from(start[l].biases),
    }));
    const examples = dataOrder({ seed: 1, trial: 0, count: data.train.count }).epoch(0).slice(0, BATCH);
    const slope = (values: Float64Array, at: number): number => {
      const value = values[at];
      const lossAt = (changed: number): number => {
        values[at] = changed;
        return loss64(net, owners, examples);
      };
      const difference = (lossAt(value + 1e-6) - lossAt(value - 1e-6)) / 2e-6;
      values[at] = value;
      return difference;
    };
    let largest = 0;
    for (const [l, { weights, biases }] of owners.entries()) {
      const gradient = arrays[`layer.${l}.weights.first`];
      for (const [place, position] of maskIndices(masks[l]).entries()) {
        expect(Math.abs(gradient[place] - slope(weights, position))).toBeLessThan(5e-7);
        largest = Math.max(largest, Math.abs(gradient[place]));
      }
      for (let o = 0; o < biases.length; o++) {
        expect(Math.abs(arrays[`layer.${l}.biases.first`][o] - slope(biases, o))).toBeLessThan(5e-7);
      }
    }
    expect(largest).toBeGreaterThan(0.01);
  });
});

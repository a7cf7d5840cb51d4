import { maskIndices } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import type { LaidOutData } from '../data/laid-out-data.js';
import { denseTensors } from '../parameters.js';
import { finish, smallData, smallMasks, smallNetwork, smallTraining } from '../testing/small-training.js';
import { draws } from '../testing/values.js';
import { dataOrder } from './data-order.js';
import { startTraining } from './start.js';
import type { TrainingOptions } from './training.js';

const BATCH = 40;

/** The gradients of one batch: after one step from zero, the momentum is the gradient. */
function gradientsOf(options: TrainingOptions): { weights: Float32Array; biases: Float32Array }[] {
  const run = startTraining(options);
  finish(run);
  const { arrays } = run.save();
  run.close();
  return options.masks.map((_, l) => ({
    weights: arrays[`layer.${l}.weights.first`],
    biases: arrays[`layer.${l}.biases.first`],
  }));
}

interface Layer64 {
  readonly inputs: number;
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** The batch's mean cross-entropy in f64, with the standard library's functions. */
function loss64(layers: readonly Layer64[], data: LaidOutData, examples: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const example of examples) {
    const at = 64 * data.train.images + example * data.features;
    let x = Float64Array.from(data.bytes.subarray(at, at + data.features), (value) => value * data.scale);
    for (const [l, { inputs, weights, biases }] of layers.entries()) {
      x = biases.map((bias, o) => {
        const z = x.reduce((total, value, i) => total + weights[o * inputs + i] * value, bias);
        return l < layers.length - 1 ? Math.max(0, z) : z;
      });
    }
    const label = data.bytes[64 * data.train.labels + example];
    sum += Math.log(x.reduce((total, z) => total + Math.exp(z), 0)) - x[label];
    count++;
  }
  return sum / count;
}

describe('gradients agree with finite differences in f64', () => {
  it.each([
    { name: 'dense', kept: [1, 1, 1] },
    { name: 'compressed', kept: [0.5, 0.4, 0.7] },
    { name: 'mixed', kept: [0.2, 1, 0.5] },
  ])('$name', ({ kept }) => {
    const masks = smallMasks(kept);
    const base = smallTraining({ optimizer: { name: 'momentum', rate: 1e-6 }, batch: BATCH, iterations: 1 }, { masks });
    // Biases away from 0: a unit without inputs would sit on the kink of the ReLU, where there is no slope.
    const start = base.start.map(({ weights, biases }, l) => ({ weights, biases: draws(3, l, biases.length, 0.1) }));
    const options = { ...base, start };
    const gradients = gradientsOf(options);
    const tensors = denseTensors(smallNetwork(), masks, options.start);
    const layers: Layer64[] = tensors.map((tensor, l) => ({
      inputs: tensor.length / options.start[l].biases.length,
      weights: Float64Array.from(tensor),
      biases: Float64Array.from(options.start[l].biases),
    }));
    const examples = dataOrder({ seed: 1, trial: 0, count: smallData.train.count }).epoch(0).slice(0, BATCH);
    const slope = (values: Float64Array, at: number): number => {
      const distance = 1e-6;
      const value = values[at];
      values[at] = value + distance;
      const above = loss64(layers, smallData, examples);
      values[at] = value - distance;
      const below = loss64(layers, smallData, examples);
      values[at] = value;
      return (above - below) / (2 * distance);
    };

    for (const [l, layer] of layers.entries()) {
      for (const [place, position] of maskIndices(masks[l]).entries()) {
        expect(Math.abs(gradients[l].weights[place] - slope(layer.weights, position))).toBeLessThan(2e-7);
      }
      for (let o = 0; o < layer.biases.length; o++) {
        expect(Math.abs(gradients[l].biases[o] - slope(layer.biases, o))).toBeLessThan(2e-7);
      }
    }
    const largest = Math.max(...gradients.flatMap(({ weights }) => [...weights].map(Math.abs)));
    expect(largest).toBeGreaterThan(0.01);
  });
});

import { maskIndices, randomStream, uint32At } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { initialTensors } from '../initialisation/initial.js';
import { network } from '../network/build.js';
import {
  averagePool,
  batchNorm,
  convolution,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  maxPool,
  relu,
  residual,
} from '../network/layers.js';
import { weightLayers } from '../network/weight-layers.js';
import { denseTensors, survivorsOf } from '../parameters.js';
import { recipeFor } from '../recipe/normalise.js';
import { type Dropped, lossInF64 } from '../testing/loss-in-f64.js';
import { finish } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { drawnMask, draws } from '../testing/values.js';
import { dataOrder } from './data-order.js';
import { startTraining } from './start.js';

const BATCH = 5;
const backend = (await availableBackends()).at(-1) ?? reference;

const plain = network('seeing', { channels: 2, height: 7, width: 6 }, [
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
const averaging = network('averaging', { channels: 2, height: 7, width: 6 }, [
  convolution(3),
  relu(),
  averagePool(2, 1),
  convolution(4),
  globalAveragePool(),
  flatten(),
  dense(3),
]);
const normalising = network('normalising', { channels: 2, height: 5, width: 6 }, [
  convolution(3),
  batchNorm(),
  relu(),
  maxPool(2, 2),
  convolution(4),
  batchNorm(),
  flatten(),
  dense(5),
  batchNorm(),
  relu(),
  dense(3),
]);
const residuals = (shortcut: 'padding' | 'projection', norms: boolean) => {
  const norm = norms ? [batchNorm()] : [];
  const block = (channels: number, stride: number) => [
    residual([convolution(channels, { stride }), ...norm, relu(), convolution(channels), ...norm], shortcut),
    relu(),
  ];
  return network(`residual with ${shortcut}`, { channels: 2, height: 7, width: 6 }, [
    convolution(3),
    ...norm,
    relu(),
    ...block(3, 1),
    ...block(5, 2),
    residual([convolution(5)]),
    globalAveragePool(),
    flatten(),
    dense(3),
  ]);
};
const dropping = network('dropping', { channels: 2, height: 5, width: 4 }, [
  convolution(3),
  relu(),
  maxPool(2, 1),
  dropout(0.25),
  flatten(),
  dense(8),
  relu(),
  dropout(0.5),
  dense(6),
  dropout(0.3),
  dense(3),
]);
/** What the dropouts of the first iteration do, by the contract's words: values of a block lie (features, 64). */
const dropped: Dropped = (layer, feature, lane) => {
  const rate = [0.25, 0.5, 0.3][layer];
  const word = uint32At(randomStream({ kind: 'dropout', seed: 1, trial: 0, iteration: 1, layer }), feature * 64 + lane);
  return word < Math.floor((1 - rate) * 2 ** 32) ? 1 / (1 - rate) : 0;
};
const networks = [
  dropping,
  plain,
  averaging,
  normalising,
  residuals('padding', false),
  residuals('projection', false),
  residuals('padding', true),
  residuals('projection', true),
];

const densities = [
  { name: 'dense', kept: [1] },
  { name: 'compressed', kept: [0.6, 0.4, 0.5, 0.7] },
  { name: 'mixed', kept: [1, 0.3, 1, 1, 0.5] },
];
const cases = networks.flatMap((net) => densities.map((density) => ({ net, ...density, of: net.name })));

describe('gradients agree with finite differences in f64', () => {
  it.each(cases)('of the network $of, $name', ({ net, kept }) => {
    const data = syntheticData({ features: net.inputs, classes: 3, train: 20, validation: 5, test: 5, seed: 2 });
    const layers = weightLayers(net);
    const masks = layers.map((layer, l) => drawnMask(7 + l, layer.weights, kept[l % kept.length]));
    const tensors = initialTensors(net, 'glorot-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });
    const start = survivorsOf(net, masks, tensors).map(({ weights, biases }, l) => ({
      weights,
      biases: draws(3, l, biases.length, 0.1).map((value, i) => value + biases[i]),
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
        return lossInF64(net, owners, data, examples, net === dropping ? dropped : undefined);
      };
      const difference = (lossAt(value + 1e-6) - lossAt(value - 1e-6)) / 2e-6;
      values[at] = value;
      return difference;
    };
    let largest = 0;
    // Batch norms divide by deviations, so their gradients are larger.
    const near = layers.some(({ normalised }) => normalised) ? 1e-5 : 5e-7;
    /** About forty of many places. */
    const some = (count: number) => (place: number) => place % Math.ceil(count / 40) === 0;
    for (const [l, { weights, biases }] of owners.entries()) {
      const gradient = arrays[`layer.${l}.weights.first`];
      for (const [place, position] of maskIndices(masks[l]).entries()) {
        if (!some(gradient.length)(place)) continue;
        expect(Math.abs(gradient[place] - slope(weights, position))).toBeLessThan(near);
        largest = Math.max(largest, Math.abs(gradient[place]));
      }
      const learned = layers[l].normalised ? biases.length / 2 : biases.length;
      for (let o = 0; o < learned; o++) {
        expect(Math.abs(arrays[`layer.${l}.biases.first`][o] - slope(biases, o))).toBeLessThan(near);
      }
    }
    expect(largest).toBeGreaterThan(0.01);
  });
});

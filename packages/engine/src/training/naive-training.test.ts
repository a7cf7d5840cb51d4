import { andMask } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { initialTensors } from '../initialisation/initial.js';
import { denseTensors } from '../parameters.js';
import type { RecipeOverrides } from '../recipe/normalise.js';
import { naiveLayers, naiveTraining } from '../testing/naive-training.js';
import { finish, smallData, smallMasks, smallNetwork, smallTraining } from '../testing/small-training.js';
import { dataOrder } from './data-order.js';
import { startTraining } from './start.js';

const bits = (values: Float32Array): Int32Array => new Int32Array(values.slice().buffer);

const recipes: readonly RecipeOverrides[] = [
  { optimizer: { name: 'sgd', rate: 0.5 }, batch: 7 },
  { optimizer: { name: 'sgd', rate: 0.3 }, weightDecay: 0.01 },
  { optimizer: { name: 'momentum', rate: 0.05 }, weightDecay: 0.003, batch: 70 },
  { optimizer: { name: 'adam', rate: 0.01 } },
  { optimizer: { name: 'adam', rate: 0.01 }, weightDecay: 0.02, batch: 65 },
];

const densities = [
  [1, 1, 1],
  [0.4, 0.5, 0.7],
  [0.05, 1, 1],
  [1, 0.1, 0.3],
  [0.9, 0, 1],
  [0.3, 0.06, 0.2],
];

/** The examples of each iteration, straight from the permutations. */
function batchesOf(batch: number, iterations: number): number[][] {
  const order = dataOrder({ seed: 1, trial: 0, count: smallData.train.count });
  const batches: number[][] = [];
  for (let epoch = 0; batches.length < iterations; epoch++) {
    const examples = [...order.epoch(epoch)];
    while (examples.length > 0 && batches.length < iterations) batches.push(examples.splice(0, batch));
  }
  return batches;
}

const backends = await availableBackends();

describe('a training by plan and kernels gives the bits of dense matrices with masks', () => {
  const cases = recipes.flatMap((recipe) =>
    densities.flatMap((kept) => [false, true].map((isFrozen) => ({ recipe, kept, isFrozen }))),
  );
  const named = cases.map(({ recipe, kept, isFrozen }) => ({
    name: `${JSON.stringify(recipe)} at ${kept}${isFrozen ? ', some of them frozen' : ''}`,
    recipe,
    kept,
    isFrozen,
  }));

  it.each(named)('$name', ({ recipe, kept, isFrozen }) => {
    const masks = smallMasks(kept);
    const frozen = isFrozen ? smallMasks([0.4, 0.9, 0], 7).map((drawn, l) => andMask(drawn, masks[l])) : null;
    const options = smallTraining(recipe, { masks, frozen });
    const network = smallNetwork();
    const draw = { seed: 1, trial: 0, draw: { kind: 'initial' } } as const;
    const layers = naiveLayers(network, masks, initialTensors(network, options.recipe.initialisation, draw), frozen);
    const batches = batchesOf(options.recipe.batch, options.recipe.iterations);
    const losses = naiveTraining(options.recipe, smallData, layers, batches);
    const lastFive = losses.slice(-5).reduce((a, b) => a + b, 0) / 5;

    for (const backend of backends) {
      const run = startTraining({ ...options, backend });
      const rows = finish(run);
      const { parameters } = run.result();
      run.close();
      const tensors = denseTensors(network, masks, parameters);
      for (const [l, layer] of layers.entries()) {
        expect(bits(tensors[l])).toEqual(bits(layer.weights));
        expect(bits(parameters[l].biases)).toEqual(bits(layer.biases));
      }
      expect(rows.at(-1)?.trainLoss).toBe(lastFive);
    }
  });
});

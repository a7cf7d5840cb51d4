import { countOnes } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { network } from '../network/build.js';
import { averagePool, convolution, dense, flatten, maxPool, relu } from '../network/layers.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import type { Parameters } from '../parameters.js';
import { readParameters, writeContents, writeParameters } from '../plan/arena-access.js';
import { compilePlan, type PlanRequest } from '../plan/compile.js';
import { recipeFor } from '../recipe/normalise.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { drawnMask, draws } from '../testing/values.js';
import { dataOrder } from './data-order.js';
import { evaluate } from './evaluate.js';
import { writeBatches, writeConstants } from './step-tables.js';

const backend = (await availableBackends()).at(-1) ?? reference;
const STEPS = 4;

/** What some steps leave, and what is judged then; weights and channels that the plan computes. */
function trained(request: PlanRequest, parameters: Parameters) {
  const { network: net, data } = request;
  const recipe = recipeFor(net, { optimizer: { name: 'adam', rate: 0.01 }, batch: 20, weightDecay: 0 });
  const plan = compilePlan({ ...request, training: recipe });
  const { training, evaluation, layers } = plan;
  if (training === null) throw new Error('a plan for training has a training part');
  const arena = backend.open(plan.words, data.bytes);
  try {
    writeContents(plan, arena);
    writeParameters(plan, arena, parameters);
    writeBatches(arena, training, dataOrder({ seed: 1, trial: 0, count: data.train.count }), 0, STEPS);
    writeConstants(arena, training, recipe, 'start', { beta1: 1, beta2: 1 }, 0, STEPS);
    arena.run(training.program.offset, STEPS);
    const losses = arena.floats.slice(training.losses.offset, training.losses.offset + STEPS);
    const result = { losses, parameters: readParameters(plan, arena), judged: evaluate(arena, evaluation.validation) };
    return { result, live: layers.reduce((sum, { form, live }) => sum + form.live + live.outputs.length, 0) };
  } finally {
    arena.close();
  }
}

const bits = ({ losses, parameters, judged }: ReturnType<typeof trained>['result']) => ({
  judged,
  values: [losses, ...parameters.flatMap(({ weights, biases }) => [weights, biases])].map(
    (values) => new Int32Array(values.slice().buffer),
  ),
});

const image = { channels: 2, height: 6, width: 6 };
const networks: readonly Network[] = [
  network('lists', 12, [dense(9), relu(), dense(7), dense(8), relu(), dense(4)]),
  network('pictures', image, [
    convolution(6),
    relu(),
    convolution(5),
    relu(),
    maxPool(2),
    convolution(4),
    relu(),
    averagePool(3, 1),
    flatten(),
    dense(6),
    relu(),
    dense(4),
  ]),
  network('strided', image, [
    convolution(6, { kernel: 1 }),
    relu(),
    maxPool(2, 1),
    convolution(5, { stride: 2 }),
    relu(),
    flatten(),
    dense(4),
  ]),
];

const cases = fc.record({
  network: fc.constantFrom(...networks),
  density: fc.constantFrom(0, 0.02, 0.05, 0.1, 0.3),
  biases: fc.constantFrom('zero', 'drawn'),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});

describe('a plan that knows where training starts', () => {
  it('leaves out what stays 0, and changes no bit', () => {
    let fewer = 0;
    fc.assert(
      fc.property(cases, ({ network: net, density, biases, seed }) => {
        const data = syntheticData({ features: net.inputs, classes: 4, train: 60, validation: 30, test: 1, seed });
        const layers = weightLayers(net);
        const masks = layers.map((layer, l) => drawnMask(seed + l, layer.weights, density));
        const parameters = layers.map((layer, l) => {
          const drawn = draws(seed, 50 + l, layer.biases, biases === 'zero' ? 0 : 0.5);
          return { weights: draws(seed, l, countOnes(masks[l]), 0.5), biases: drawn.map((value) => value + 0) };
        });
        const request = { network: net, masks, data, training: null };
        const unknowing = trained(request, parameters);
        const knowing = trained({ ...request, parameters }, parameters);
        expect(bits(knowing.result)).toEqual(bits(unknowing.result));
        expect(knowing.live).toBeLessThanOrEqual(unknowing.live);
        if (knowing.live < unknowing.live) fewer++;
      }),
      { numRuns: 100 },
    );
    expect(fewer).toBeGreaterThan(20);
  });
});

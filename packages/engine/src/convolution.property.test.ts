import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availableBackends } from './backends/load.js';
import { reference } from './backends/reference.js';
import { network } from './network/build.js';
import {
  averagePool,
  batchNorm,
  convolution,
  dense,
  flatten,
  type LayerSpec,
  maxPool,
  relu,
  residual,
} from './network/layers.js';
import { recipeFor } from './recipe/normalise.js';
import { wholeStepsCase } from './testing/cases/whole-steps.js';
import { differences, runCase } from './testing/run-case.js';
import { syntheticData } from './testing/synthetic-data.js';

const others = (await availableBackends()).filter((backend) => backend !== reference);

const density = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

const trainings = fc.record({
  image: fc.record({
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 5, max: 9 }),
    width: fc.integer({ min: 5, max: 9 }),
  }),
  first: fc.record({
    outputs: fc.integer({ min: 1, max: 7 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
  }),
  second: fc.integer({ min: 1, max: 7 }),
  hasRelu: fc.boolean(),
  pool: fc.constantFrom(null, 1, 2, 3),
  norm: fc.boolean(),
  block: fc.constantFrom(null, 'padding', 'projection'),
  average: fc.boolean(),
  isShifted: fc.boolean(),
  densities: fc.array(density, { minLength: 7, maxLength: 7 }),
  batch: fc.constantFrom(1, 15, 60, 64, 65),
  optimizer: fc.constantFrom('sgd', 'momentum', 'adam'),
  weightDecay: fc.constantFrom(0, 1e-3),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});

describe('whole training steps of convolutional networks', () => {
  it('give the reference bits on every backend, whatever the shapes, masks, batch and optimizer', () => {
    fc.assert(
      fc.property(trainings, ({ image, first, second, hasRelu, pool, norm, block, batch, seed, ...drawn }) => {
        const maybe = (wanted: boolean, spec: LayerSpec): LayerSpec[] => (wanted ? [spec] : []);
        const body = [
          convolution(second + 2, { stride: 2 }),
          ...maybe(norm, batchNorm()),
          relu(),
          convolution(second + 2),
        ];
        const net = network('drawn', image, [
          convolution(first.outputs, first),
          ...maybe(hasRelu, relu()),
          convolution(second),
          ...maybe(norm, batchNorm()),
          ...maybe(!hasRelu, relu()),
          ...maybe(block !== null, residual([...body, ...maybe(norm, batchNorm())], block ?? 'padding')),
          ...maybe(block !== null && hasRelu, relu()),
          ...maybe(drawn.average, averagePool(block === null ? 2 : 1, 1)),
          ...maybe(pool !== null && !drawn.average, maxPool(block === null ? 2 : 1, pool ?? 1)),
          flatten(),
          dense(9),
          relu(),
          dense(4),
        ]);
        const data = syntheticData({ features: net.inputs, classes: 4, train: 150, validation: 1, test: 1, seed });
        const channels = Array.from({ length: image.channels }, (_, c) => ({
          factor: Math.fround(0.01 + 0.003 * c),
          shift: Math.fround(c - 1.3),
        }));
        const c = wholeStepsCase({
          name: 'drawn',
          network: net,
          data: drawn.isShifted ? { ...data, scale: 1, channels, lit: data.lit.map(() => 1) } : data,
          densities: drawn.densities,
          recipe: recipeFor(net, {
            optimizer: { name: drawn.optimizer, rate: 0.01 },
            batch,
            weightDecay: drawn.weightDecay,
            iterations: 20,
          }),
          before: 1,
          steps: 2,
          seed,
        });
        const expected = runCase(reference, c);
        for (const backend of others) {
          const result = runCase(backend, c);
          expect(result.fault).toEqual(expected.fault);
          expect(differences(c, expected, result), `${backend.name} ${backend.isa}`).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

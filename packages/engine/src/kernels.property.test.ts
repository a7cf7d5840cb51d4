import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availableBackends } from './backends/load.js';
import { reference } from './backends/reference.js';
import { network } from './network/build.js';
import { dense, type LayerSpec, relu } from './network/layers.js';
import { recipeFor } from './recipe/normalise.js';
import { wholeStepsCase } from './testing/cases/whole-steps.js';
import { differences, runCase } from './testing/run-case.js';
import { syntheticData } from './testing/synthetic-data.js';

const others = (await availableBackends()).filter((backend) => backend !== reference);

const hidden = fc.record({ outputs: fc.integer({ min: 1, max: 40 }), hasRelu: fc.boolean() });
const density = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

const trainings = fc.record({
  features: fc.integer({ min: 1, max: 150 }),
  classes: fc.integer({ min: 1, max: 12 }),
  hidden: fc.array(hidden, { maxLength: 3 }),
  densities: fc.array(density, { minLength: 4, maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 200 }),
  optimizer: fc.constantFrom('sgd', 'momentum', 'adam'),
  rate: fc.constantFrom(1e-3, 0.1, 1e4),
  weightDecay: fc.constantFrom(0, 1e-3),
  before: fc.integer({ min: 0, max: 10 }),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});

describe('whole training steps', () => {
  it('give the reference bits on every backend, whatever network, masks, batch, optimizer and seed', () => {
    fc.assert(
      fc.property(trainings, (drawn) => {
        const { features, classes, batch, seed } = drawn;
        const specs = drawn.hidden.flatMap(({ outputs, hasRelu }): LayerSpec[] =>
          hasRelu ? [dense(outputs), relu()] : [dense(outputs)],
        );
        const net = network('drawn', features, [...specs, dense(classes)]);
        const c = wholeStepsCase({
          name: 'drawn',
          network: net,
          data: syntheticData({ features, classes, train: 230, validation: 1, test: 1, seed }),
          densities: drawn.densities,
          recipe: recipeFor(net, {
            optimizer: { name: drawn.optimizer, rate: drawn.rate },
            batch,
            weightDecay: drawn.weightDecay,
            iterations: 20,
          }),
          before: drawn.before,
          steps: 3,
          seed,
        });
        const expected = runCase(reference, c);
        for (const backend of others) {
          const result = runCase(backend, c);
          expect(result.fault).toEqual(expected.fault);
          expect(differences(c, expected, result), `${backend.name} ${backend.isa}`).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

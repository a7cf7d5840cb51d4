import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../backends/backend.js';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { LANES } from '../contract.js';
import { LINE_BYTES } from '../data/laid-out-data.js';
import { fullMasks, type Masks } from '../masks.js';
import { network } from '../network/build.js';
import { dense, type LayerSpec, relu } from '../network/layers.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { type Parameters, survivorsOf } from '../parameters.js';
import { writeContents, writeParameters } from '../plan/arena-access.js';
import { compilePlan } from '../plan/compile.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { drawnMask, draws } from '../testing/values.js';
import { openPredictor, type PredictorOptions } from './predictor.js';

const backends = await availableBackends();
const fastest = backends.at(-1) ?? reference;

const FEATURES = 53;
const data = syntheticData({ features: FEATURES, classes: 5, train: 1, validation: 1, test: 150, seed: 4 });
const twoHidden = network('two hidden', FEATURES, [dense(40), relu(), dense(21), relu(), dense(5)]);

/** The test images as rows, back from their blocks. */
const images = Uint8Array.from({ length: data.test.count * FEATURES }, (_, i) => {
  const [example, feature] = [Math.floor(i / FEATURES), i % FEATURES];
  const block = Math.floor(example / LANES);
  return data.bytes[data.test.images * LINE_BYTES + (block * FEATURES + feature) * LANES + (example % LANES)];
});

function somewhere(net: Network, densities: readonly number[], seed: number): { masks: Masks; parameters: Parameters } {
  const masks = weightLayers(net).map((layer, l) => drawnMask(seed + l, layer.weights, densities[l]));
  const tensors = weightLayers(net).map((layer, l) => draws(seed, l, layer.weights));
  const parameters = survivorsOf(net, masks, tensors).map(({ weights }, l) => ({
    weights,
    biases: draws(seed, 10 + l, weightLayers(net)[l].biases),
  }));
  return { masks, parameters };
}

/** What evaluation computes for the first test images, before it judges them: rows of logits. */
function evaluatedLogits(net: Network, masks: Masks, parameters: Parameters, count: number): Float32Array {
  const plan = compilePlan({ network: net, masks, data, training: null });
  const arena = reference.open(plan.words, data.bytes);
  writeContents(plan, arena);
  writeParameters(plan, arena, parameters);
  const logits = new Float32Array(count * net.classes);
  for (let block = 0; block * LANES < count; block++) {
    arena.run(plan.evaluation.test.program.offset, block + 1);
    for (let i = 0; i < LANES * net.classes && block * LANES * net.classes + i < logits.length; i++) {
      const [lane, c] = [Math.floor(i / net.classes), i % net.classes];
      logits[block * LANES * net.classes + i] = arena.floats[plan.logits.offset + c * LANES + lane];
    }
  }
  return logits;
}

const bits = (values: Float32Array): Int32Array => new Int32Array(values.slice().buffer);

const drawn = fc.record({
  hidden: fc.array(fc.record({ outputs: fc.integer({ min: 1, max: 70 }), hasRelu: fc.boolean() }), { maxLength: 2 }),
  densities: fc.array(fc.constantFrom(0, 0.05, 0.3, 0.9, 1), { minLength: 3, maxLength: 3 }),
  batch: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(63, 64, 65, 150)),
  count: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});

describe.each(backends.map((backend) => ({ name: `${backend.name} ${backend.isa ?? ''}`, backend })))(
  'a predictor on $name',
  ({ backend }) => {
    it('gives the bits of evaluation, from bytes and from f32, for any batch', () => {
      fc.assert(
        fc.property(drawn, ({ hidden, densities, batch, count: share, seed }) => {
          const specs = hidden.flatMap(({ outputs, hasRelu }): LayerSpec[] =>
            hasRelu ? [dense(outputs), relu()] : [dense(outputs)],
          );
          const net = network('drawn', FEATURES, [...specs, dense(5)]);
          const { masks, parameters } = somewhere(net, densities, seed);
          const count = 1 + Math.floor(share * (batch - 1));
          const expected = bits(evaluatedLogits(net, masks, parameters, count));
          const predictor = openPredictor({ backend, network: net, masks, parameters, scale: data.scale, batch });
          const rows = images.subarray(0, count * FEATURES);
          const floats = Float32Array.from(rows, (value) => Math.fround(value * data.scale));
          const found = [rows, floats].map((given) => {
            predictor.logits.fill(Number.NaN);
            return bits(predictor.predict(given).subarray(0, expected.length));
          });
          predictor.close();
          expect(found).toEqual([expected, expected]);
        }),
        { numRuns: 12 },
      );
    });
  },
);

describe('a predictor', () => {
  const open = (change: Partial<PredictorOptions> = {}) => {
    const masks = change.masks ?? fullMasks(twoHidden);
    const { parameters } = somewhere(twoHidden, [1, 1, 1], 3);
    return openPredictor({
      backend: fastest,
      network: twoHidden,
      masks,
      parameters,
      scale: 1 / 255,
      batch: 4,
      ...change,
    });
  };

  it('answers into the same memory at every call, and leaves rows beyond its examples alone', () => {
    const predictor = open();
    const all = predictor.predict(images.subarray(0, 4 * FEATURES));
    const before = all.slice();
    const second = predictor.predict(images.subarray(FEATURES, 2 * FEATURES));
    expect(second).toBe(all);
    expect(predictor.logits).toBe(all);
    expect(second.subarray(0, 5)).toEqual(before.subarray(5, 10));
    expect(second.subarray(5)).toEqual(before.subarray(5));
    predictor.close();
  });

  it('sees nothing of the examples of the call before', () => {
    const predictor = open({ batch: 100 });
    const first = predictor.predict(images.subarray(0, FEATURES)).slice(0, 5);
    predictor.predict(images.subarray(0, 100 * FEATURES));
    expect(predictor.predict(images.subarray(0, FEATURES)).slice(0, 5)).toEqual(first);
    predictor.close();
  });

  it('refuses a wrong number of values', () => {
    const predictor = open();
    for (const wrong of [0, FEATURES - 1, FEATURES + 1, 5 * FEATURES]) {
      expect(() => predictor.predict(new Uint8Array(wrong))).toThrow(
        `${wrong} values are not 1 to 4 examples of 53 values for network "two hidden"`,
      );
    }
    predictor.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('cannot be opened for a batch of %d', (batch) => {
    expect(() => open({ batch })).toThrow(`a batch of ${batch} examples cannot be predicted`);
  });

  it('refuses parameters of other masks', () => {
    expect(() => open({ masks: somewhere(twoHidden, [0.5, 1, 1], 3).masks })).toThrow(RangeError);
  });

  it('holds no pruned weight: a sparse network takes less memory, for one example and for many', () => {
    const wordsOf = (density: number, batch: number): number => {
      let words = 0;
      const counting: Backend = {
        ...reference,
        open: (asked, bytes) => {
          words = asked;
          return reference.open(asked, bytes);
        },
      };
      const wide = network('wide', 300, [dense(300), relu(), dense(5)]);
      const { masks, parameters } = somewhere(wide, [density, 1], 3);
      openPredictor({ backend: counting, network: wide, masks, parameters, scale: 1, batch }).close();
      return words;
    };
    for (const batch of [1, 20]) expect(wordsOf(1, batch) - wordsOf(0.1, batch)).toBeGreaterThan(70_000);
  });

  it('takes more outputs than 16 bits tell apart', () => {
    const huge = network('huge', 3, [dense(65_540), relu(), dense(2)]);
    const { masks, parameters } = somewhere(huge, [0.2, 0.001], 5);
    const options = { network: huge, masks, parameters, scale: 1, batch: 1 };
    const found = [reference, fastest].map((backend) => {
      const predictor = openPredictor({ backend, ...options });
      const logits = predictor.predict(Float32Array.of(0.5, 0, -2)).slice();
      predictor.close();
      return logits;
    });
    expect(found[1]).toEqual(found[0]);
    expect(found[0].every((logit) => logit !== 0)).toBe(true);
  });
});

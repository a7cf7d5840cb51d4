import { UserError } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadBackend } from '../backends/load.js';
import { initialParameters } from '../initialisation/initial.js';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import { dense } from '../network/layers.js';
import { openPredictor } from '../prediction/predictor.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { changingData } from './changing-data.js';
import { type LaidOutData, LINE_BYTES } from './laid-out-data.js';

const picture = { channels: 2, height: 5, width: 4 };
const features = 40;
const original = syntheticData({ features, classes: 3, train: 60, validation: 10, test: 10, seed: 3 });
const of = { seed: 5, trial: 1 };
const imagesOf = ({ bytes, train }: LaidOutData) =>
  bytes.slice(train.images * LINE_BYTES, train.images * LINE_BYTES + train.count * features);
const labelsOf = ({ bytes, train }: LaidOutData) =>
  bytes.slice(train.labels * LINE_BYTES, train.labels * LINE_BYTES + train.count);

describe('changing data', () => {
  it('is every picture shifted as a whole, within bounds, and says where it may be lit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 1e6 }), (shift, epoch) => {
        const before = imagesOf(original);
        const { data, toEpoch } = changingData(original, picture, { shift, teacher: null }, of);
        toEpoch(epoch);
        const after = imagesOf(data);
        const span = 2 * shift + 1;
        const moves = Array.from({ length: span * span }, (_, i) => [(i % span) - shift, Math.floor(i / span) - shift]);
        for (let image = 0; image < 60; image++) {
          const own = after.subarray(image * features, (image + 1) * features);
          expect(moves.some(([dx, dy]) => isShifted(before.subarray(image * features), own, dx, dy))).toBe(true);
          for (const [i, value] of own.entries()) if (value !== 0) expect(data.lit[i]).toBe(1);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is the same in the same epoch, other in another, and leaves the original alone', () => {
    const bytes = original.bytes.slice();
    const { data, toEpoch } = changingData(original, picture, { shift: 1, teacher: null }, of);
    toEpoch(4);
    const fourth = imagesOf(data);
    toEpoch(5);
    expect(imagesOf(data)).not.toEqual(fourth);
    toEpoch(4);
    expect(imagesOf(data)).toEqual(fourth);
    expect(labelsOf(data)).toEqual(labelsOf(original));
    expect(original.bytes).toEqual(bytes);
    const { validation } = data;
    const at = validation.images * LINE_BYTES;
    expect(data.bytes.subarray(at, at + 640)).toEqual(bytes.subarray(at, at + 640));
  });

  it("has labels as often as the teacher's probabilities say", async () => {
    const backend = await loadBackend({ backend: 'reference' });
    const net = network('teacher', features, [dense(3)]);
    const masks = fullMasks(net);
    const start = { seed: 2, trial: 0, draw: { kind: 'initial' } } as const;
    const parameters = initialParameters(net, masks, 'glorot-normal', start);
    const teacher = { backend, network: net, masks, parameters, temperature: 2 };
    const { data, toEpoch } = changingData(original, picture, { shift: 0, teacher }, of);
    const epochs = 400;
    const counts = Array.from({ length: 60 }, () => [0, 0, 0]);
    for (let epoch = 0; epoch < epochs; epoch++) {
      toEpoch(epoch);
      for (const [image, label] of labelsOf(data).entries()) counts[image][label]++;
    }
    const predictor = openPredictor({ backend, network: net, masks, parameters, scale: original.scale, batch: 60 });
    const logits = predictor.predict(imagesOf(original)).slice();
    predictor.close();
    for (let image = 0; image < 60; image++) {
      const weights = [0, 1, 2].map((label) => Math.exp(logits[3 * image + label] / 2));
      const sum = weights.reduce((a, b) => a + b);
      // Five standard deviations: that one of 180 lies outside has a probability below one in ten thousand.
      for (const [label, weight] of weights.entries()) {
        const share = weight / sum;
        const bound = 5 * Math.sqrt((share * (1 - share)) / epochs);
        expect(Math.abs(counts[image][label] / epochs - share)).toBeLessThan(bound);
      }
    }
  });

  it('refuses a picture that is not the data’s', () => {
    const wrong = { ...picture, width: 5 };
    expect(() => changingData(original, wrong, { shift: 1, teacher: null }, of)).toThrow(UserError);
  });
});

function isShifted(before: Uint8Array, after: Uint8Array, dx: number, dy: number): boolean {
  return after.every((value, i) => {
    const [x, y] = [(i % 4) - dx, (Math.floor(i / 4) % 5) - dy];
    const channel = Math.floor(i / 20);
    return value === (x < 0 || x > 3 || y < 0 || y > 4 ? 0 : before[channel * 20 + y * 4 + x]);
  });
}

import { describe, expect, it } from 'vitest';
import { differences } from './check.mjs';
import { makeWeights, survivorsAtDensity, uniform } from './lenet.mjs';
import { supermaskCheck } from './ours.mjs';
import { summary } from './peers/protocol.mjs';
import { expectedSupermask, scoresToCheck } from './supermask-reference.mjs';

const next = uniform(5);
const images = Uint8Array.from({ length: 60 * 784 }, () => (next() < 0.2 ? 256 * next() : 0));
const batch = {
  images,
  inputs: Float32Array.from(images, (value) => Math.fround(value * Math.fround(1 / 255))),
  labels: Uint8Array.from({ length: 60 }, () => 10 * next()),
};

describe("Winnow's supermask in the bench", () => {
  const weights = makeWeights(survivorsAtDensity(1));
  const scores = scoresToCheck();
  const right = expectedSupermask(weights, scores, batch);

  it('has the loss, the gradients of the scores and the later losses of the reference', async () => {
    const { loss, gradients, losses } = await supermaskCheck(weights, scores, batch, 'wasm');
    expect(differences({ loss, gradients: summary(gradients), losses }, right)).toEqual([]);
    const wrong = gradients.map((gradient: Float64Array) => gradient.map((value) => value * 1.001));
    expect(differences({ loss, gradients: summary(wrong), losses }, right)).not.toEqual([]);
  });
  it('learns', () => {
    expect(right.losses[2]).toBeLessThan(right.losses[0]);
  });
});

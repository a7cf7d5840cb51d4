import { beforeAll, describe, expect, it } from 'vitest';
import { differences, expected } from './check.mjs';
import { makeWeights, survivorsAtDensity, uniform } from './lenet.mjs';
import { lossAndGradient } from './reference.mjs';

const next = uniform(5);
const batch = {
  inputs: Float32Array.from({ length: 60 * 784 }, () => (next() < 0.2 ? next() : 0)),
  labels: Uint8Array.from({ length: 60 }, () => Math.floor(next() * 10)),
};
const weights = makeWeights(survivorsAtDensity(0.3));

describe('the reference', () => {
  const { gradients, losses } = lossAndGradient(weights, batch, 2);
  const firstSurvivor = weights.findIndex((value: number) => value !== 0);

  it('has the gradient that a small change of a weight shows', () => {
    // A weight of the last layer, where f32 steps of the weights are exact enough.
    const position = weights.length - 11;
    const survivor = weights.lastIndexOf(
      weights.subarray(0, position).findLast((value: number) => value !== 0),
      position,
    );
    const moved = (by: number) => {
      const changed = weights.slice();
      changed[survivor] += by;
      return [changed[survivor], lossAndGradient(changed, batch, 1).loss];
    };
    const [[high, lossHigh], [low, lossLow]] = [moved(0.01), moved(-0.01)];
    const inLayer = survivor - (235_200 + 300 + 30_000 + 100);
    expect(gradients[4][inLayer]).toBeCloseTo((lossHigh - lossLow) / (high - low), 5);
  });
  it('has no gradient where a weight was pruned', () => {
    expect(gradients[0].every((value: number, position: number) => weights[position] !== 0 || value === 0)).toBe(true);
    expect(firstSurvivor).toBeLessThan(20);
  });
  it('learns', () => {
    expect(losses[1]).toBeLessThan(losses[0]);
  });
});

describe('an answer', () => {
  let right: ReturnType<typeof expected>;
  beforeAll(() => {
    right = expected(weights, batch);
  });
  const changed = (change: (answer: ReturnType<typeof expected>) => void) => {
    const answer = structuredClone(right);
    change(answer);
    return differences(answer, right);
  };

  it('agrees with itself, and within rounding', () => {
    expect(changed(() => {})).toEqual([]);
    expect(changed((answer) => (answer.loss *= 1 + 1e-7))).toEqual([]);
  });
  it('is refused for another loss', () => {
    expect(changed((answer) => (answer.loss *= 1.001))[0]).toMatch(/^loss is /);
  });
  it('is refused for a gradient that is not of this layer', () => {
    expect(changed((answer) => (answer.gradients[2] = answer.gradients[4]))[0]).toMatch(
      "gradient of layer 2's weights",
    );
  });
  it('is refused for an optimizer that does something else', () => {
    expect(changed((answer) => (answer.losses[4] *= 1.01))[0]).toMatch('the loss after 4 steps');
  });
  it('is refused if it is no number', () => {
    expect(changed((answer) => (answer.loss = Number.NaN))).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { digestParameters } from '../parameters.js';
import { finish, smallData, smallMasks, smallTraining } from '../testing/small-training.js';
import { lossGradient } from './loss-gradient.js';
import { startTraining } from './start.js';

const {
  start: at,
  recipe: _,
  startIteration: _1,
  ...options
} = smallTraining({}, { masks: smallMasks([0.6, 1, 0.5]) });
const gradient = lossGradient({ ...options, at, examples: 50 });

describe('the gradient of the loss', () => {
  it('is what a step of gradient descent subtracts', () => {
    const rate = 2 ** -10;
    const recipe = { optimizer: { name: 'sgd', rate }, batch: 50, iterations: 1, evaluateEvery: 1 } as const;
    const run = startTraining(smallTraining(recipe, { masks: options.masks }));
    finish(run);
    const { parameters } = run.result();
    run.close();
    for (const [l, { weights, biases }] of gradient.entries()) {
      expect(weights.some((g) => g !== 0)).toBe(true);
      const step = (from: Float32Array, by: Float32Array) =>
        from.map((value, i) => Math.fround(value - Math.fround(rate * by[i])));
      expect(parameters[l].weights).toEqual(step(at[l].weights, weights));
      expect(parameters[l].biases).toEqual(step(at[l].biases, biases));
    }
  });

  it('has the same bits on every backend', async () => {
    const digests = (await availableBackends()).map((backend) =>
      digestParameters(lossGradient({ ...options, backend, at, examples: 50 })),
    );
    expect(new Set(digests)).toEqual(new Set([digestParameters(gradient)]));
  });

  it('takes all examples where more are asked for', () => {
    const over = (examples: number) => digestParameters(lossGradient({ ...options, at, examples }));
    expect(over(1e6)).toBe(over(smallData.train.count));
    expect(over(1e6)).not.toBe(over(50));
  });
});

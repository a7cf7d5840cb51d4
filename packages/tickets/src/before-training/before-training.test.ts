import { countOnes, maskIndices } from '@winnow/arithmetic';
import {
  convolution,
  dense,
  flatten,
  fullMasks,
  initialParameters,
  maxPool,
  network,
  type Parameters,
  relu,
  weightLayers,
} from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { densityAtLevel } from '../pruning/counts.js';
import type { Pruning } from '../pruning/pruning.js';
import { byLayer, context, parametersOf, tiny } from '../testing/tiny.js';
import { erkShares, sharedOut, uniformShares } from './layer-shares.js';
import { masksBeforeTraining, rootOf } from './masks.js';
import { beforeTrainingMethods } from './method.js';
import { graspScores, hessianGradient, snipScores } from './sensitivity.js';
import { synapticFlow } from './synaptic-flow.js';

/** Weights of `tiny`: 3 × 4, then 2 × 3. */
const initial = parametersOf(tiny, [
  [1, -2, 0, 4, 1, 1, -1, 0.5, 2, 0, -3, 1],
  [1, -1, 2, 0.5, 3, -2],
]);
const half: Pruning = { ...byLayer, rate: 0.5, outputRate: 0.5 };
const positions = (masks: ReturnType<typeof masksBeforeTraining>) => masks.map((mask) => [...maskIndices(mask)]);
/** The gradient of Σ a·w² ÷ 2, whose Hessian is diagonal: a. */
const quadratic =
  (curvature: readonly (readonly number[])[]) =>
  (at: Parameters): Parameters =>
    at.map(({ weights, biases }, l) => ({ weights: weights.map((w, i) => w * curvature[l][i]), biases }));

/** The least f64 above a positive one. */
function nextAbove(value: number): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer);
  return new Float64Array(BigUint64Array.of(bits[0] + 1n).buffer)[0];
}

describe('SNIP', () => {
  const gradient = parametersOf(tiny, [
    [1, 1, 9, -0.25, 0, 2, 3, -4, 0.5, 7, 1, 0],
    [-2, 1, 0.5, 8, 0, -1],
  ]);
  it('scores |g · w|; nothing where either is 0', () => {
    expect(snipScores(initial, () => gradient).map((scores) => [...scores])).toEqual([
      [1, 2, 0, 1, 0, 2, 3, 2, 1, 0, 3, 0],
      [2, 1, 1, 4, 0, 2],
    ]);
  });
  it('ranks all layers together and drops the earlier of equals', () => {
    // 9 of 18 stay: 4, 3, 3 and the six 2 of positions 1, 5, 7 and 0, 5; then 1s: the last of them.
    const masks = masksBeforeTraining('snip', tiny, half, { initial, gradientAt: () => gradient }, context);
    expect(positions(masks)).toEqual([
      [1, 5, 6, 7, 10],
      [0, 2, 3, 5],
    ]);
  });
  it('drops the best in place of the worst where it is inverted', () => {
    const of = { ...context, inverted: true };
    const masks = masksBeforeTraining('snip', tiny, half, { initial, gradientAt: () => gradient }, of);
    expect(positions(masks)).toEqual([
      [2, 3, 4, 8, 9, 11],
      [1, 2, 4],
    ]);
  });
  it('names a score that is not finite', () => {
    const broken = parametersOf(tiny, [gradient[0].weights as unknown as number[], [0, 0, Number.NaN, 0, 0, 0]]);
    expect(() => masksBeforeTraining('snip', tiny, half, { initial, gradientAt: () => broken }, context)).toThrow(
      'The score of weight 2 of layer',
    );
  });
  it('says that it needs gradients', () => {
    expect(() => masksBeforeTraining('snip', tiny, half, { initial }, context)).toThrow('needs gradients');
  });
});

describe('GraSP', () => {
  const curvature = [
    [1, 2, 0, 0.5, 1, -1, 4, 2, 0.25, 8, 1, 1],
    [2, 1, 1, 4, -0.5, 1],
  ];
  it('has the Hessian times the gradient, exactly where the loss is quadratic', () => {
    const product = hessianGradient(initial, quadratic(curvature));
    expect(product.map((values) => [...values])).toEqual(
      curvature.map((layer, l) => layer.map((a, i) => a * a * initial[l].weights[i])),
    );
  });
  it('scores w · Hg, negative where removing the weight helps the gradient', () => {
    const scores = graspScores(initial, quadratic(curvature));
    expect([...scores[1]]).toEqual([4, 1, 4, 4, 2.25, 4]);
    expect(scores[0][2]).toBe(0);
  });
  it('is 0 where there is no gradient', () => {
    const flat = quadratic(curvature.map((layer) => layer.map(() => 0)));
    expect(
      graspScores(initial, flat)
        .flatMap((scores) => [...scores])
        .every((score) => score === 0),
    ).toBe(true);
  });
});

describe('SynFlow', () => {
  it('is the flow through the paths of a weight', () => {
    const flow = synapticFlow(
      tiny,
      initial.map(({ weights }) => weights),
    );
    // Into the hidden units come 7, 3.5 and 6; from them go 1.5, 4 and 4 to the outputs.
    expect([...flow[0].subarray(0, 8)]).toEqual([1.5, 3, 0, 6, 4, 4, 4, 2]);
    expect([...flow[1]]).toEqual([7, 3.5, 12, 3.5, 10.5, 12]);
  });

  const pictures = network('pictures', { channels: 2, height: 6, width: 5 }, [
    convolution(3, { kernel: 3, padding: 1 }),
    relu(),
    maxPool(2),
    flatten(),
    dense(4),
    relu(),
    dense(2),
  ]);
  const whole = (length: number) =>
    fc
      .array(fc.integer({ min: -3, max: 3 }), { minLength: length, maxLength: length })
      .map((values) => Float32Array.from(values));
  it('is conserved from layer to layer, also through convolutions and pools (theorem 2 of the paper)', () => {
    fc.assert(
      // With whole weights every sum is exact.
      fc.property(fc.tuple(...weightLayers(pictures).map(({ weights }) => whole(weights))), (weights) => {
        const sums = synapticFlow(pictures, weights).map((flow) => flow.reduce((a, b) => a + b));
        expect(sums).toEqual(sums.map(() => sums[0]));
      }),
      { numRuns: 50 },
    );
  });
  it('keeps exact counts and no layer dies, after four halvings of a network of pictures', () => {
    const draw = { seed: 1, trial: 0, draw: { kind: 'initial' } } as const;
    const values = initialParameters(pictures, fullMasks(pictures), 'glorot-normal', draw);
    const masks = masksBeforeTraining('synflow', pictures, half, { initial: values }, { ...context, level: 4 });
    const kept = masks.map(countOnes);
    expect(kept.reduce((a, b) => a + b)).toBe(densityAtLevel(pictures, half, 4).weights);
    expect(Math.min(...kept)).toBeGreaterThan(0);
  });
  it('takes the hundredth root without powers', () => {
    const power = (base: number) =>
      Array(100)
        .fill(base)
        .reduce((product: number, factor: number) => product * factor, 1);
    expect(rootOf(1, 100)).toBe(1);
    for (const x of [0.5, 0.036, 1e-6]) {
      const root = rootOf(x, 100);
      expect(power(root)).toBeLessThanOrEqual(x);
      expect(power(nextAbove(root))).toBeGreaterThan(x);
    }
  });
});

describe('shares of layers', () => {
  const layers = weightLayers(tiny);
  it('ERK: counts in proportion to the sum of a layer’s sizes', () => {
    expect(erkShares(layers)).toEqual([7, 5]);
    // 9 × 7 ÷ 12 = 5.25 and 3.75.
    expect(sharedOut(layers, erkShares(layers), 9)).toEqual([5, 4]);
    // 16 × 5 ÷ 12 is more than the 6 there are.
    expect(sharedOut(layers, erkShares(layers), 16)).toEqual([10, 6]);
    expect(sharedOut(layers, erkShares(layers), 18)).toEqual([12, 6]);
  });
  it('uniform: the same density everywhere', () => {
    expect(sharedOut(layers, uniformShares(layers), 9)).toEqual([6, 3]);
    expect(sharedOut(layers, uniformShares(layers), 4)).toEqual([3, 1]);
  });
  it('come to exactly what is to be kept', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 18 }), fc.boolean(), (keep, isErk) => {
        const counts = sharedOut(layers, (isErk ? erkShares : uniformShares)(layers), keep);
        expect(counts.reduce((a, b) => a + b)).toBe(keep);
        for (const [l, count] of counts.entries()) expect(count).toBeLessThanOrEqual(layers[l].weights);
      }),
    );
  });
});

it.each(beforeTrainingMethods)('%s keeps as many weights as the level says, the same ones every time', (method) => {
  const given = { initial, gradientAt: quadratic([new Array(12).fill(1), new Array(6).fill(2)]) };
  const masks = masksBeforeTraining(method, tiny, half, given, context);
  expect(masks.reduce((sum, mask) => sum + countOnes(mask), 0)).toBe(9);
  expect(positions(masksBeforeTraining(method, tiny, half, given, context))).toEqual(positions(masks));
});

it('leaves a layer whole that is never pruned', () => {
  const masks = masksBeforeTraining('erk', tiny, { ...half, outputRate: 0 }, { initial }, context);
  expect(masks.map(countOnes)).toEqual([6, 6]);
});

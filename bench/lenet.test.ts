import { expect, it } from 'vitest';
import {
  densityOf,
  makeWeights,
  multiplyAddsPerStep,
  splitWeights,
  survivorsAtDensity,
  survivorsAtLevel,
} from './lenet.mjs';

it('a round removes a fifth of each hidden layer and a tenth of the output layer, rounded to nearest', () => {
  expect(survivorsAtLevel(0)).toEqual([235_200, 30_000, 1_000]);
  expect(survivorsAtLevel(1)).toEqual([188_160, 24_000, 900]);
  expect(survivorsAtLevel(3)).toEqual([120_422, 15_360, 729]);
});

it.each([1, 0.2, 0.036, 0.01])('%d of the weights are kept when asked for', (density) => {
  expect(densityOf(survivorsAtDensity(density))).toBeCloseTo(density, 4);
});

it('made weights have exactly the survivors, and biases that are not pruned', () => {
  const survivors = survivorsAtDensity(0.05);
  const layers = splitWeights(makeWeights(survivors));
  expect(layers.map(({ weight }) => weight.filter((value: number) => value !== 0).length)).toEqual(survivors);
  expect(layers.map(({ bias }) => bias.length)).toEqual([300, 100, 10]);
});

it('the same seed makes the same weights', () => {
  const bytes = (seed: number) => Buffer.from(makeWeights([10, 10, 10], seed).buffer);
  expect(bytes(3).equals(bytes(3))).toBe(true);
  expect(bytes(3).equals(bytes(4))).toBe(false);
});

it('a step multiplies twice with weights of the first layer and three times with the others, in 64 lanes', () => {
  expect(multiplyAddsPerStep([5, 3, 2])).toBe(64 * (2 * 5 + 3 * 3 + 3 * 2));
});

it('a file of another length is refused', () => {
  expect(() => splitWeights(new Float32Array(266_611))).toThrow('266611 numbers, not 266610');
});

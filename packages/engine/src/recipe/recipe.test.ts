import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { network } from '../network/build.js';
import { dense } from '../network/layers.js';
import { lenet300 } from '../network/lenet300.js';
import { networkByName } from '../network/registry.js';
import { CONSTANTS_ROW } from '../plan/instructions.js';
import { type RecipeOverrides, recipeFor } from './normalise.js';
import { rateAt } from './rate.js';
import { writeStepConstants } from './step-constants.js';

const lenet = lenet300();

describe('a recipe', () => {
  it('is complete by itself: LeNet as in the paper, but shorter', () => {
    expect(recipeFor(lenet)).toEqual({
      initialisation: 'glorot-normal',
      optimizer: { name: 'adam', rate: 1.2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
      warmup: 0,
      weightDecay: 0,
      batch: 60,
      iterations: 12_000,
      evaluateEvery: 100,
      augmentation: [],
    });
    expect(recipeFor(network('other', 3, [dense(2)])).optimizer.rate).toBe(1e-3);
  });

  it('is that of the paper by its name, its schedule and warm-up stretched over as many iterations as there are', () => {
    expect(recipeFor(lenet, { name: 'paper' }).iterations).toBe(50_000);
    const resnet = networkByName('resnet-20');
    expect(recipeFor(resnet)).toEqual({
      initialisation: 'glorot-normal',
      optimizer: { name: 'momentum', rate: 0.1, momentum: 0.9 },
      schedule: { kind: 'step', at: [20_000, 25_000], factor: 0.1 },
      warmup: 0,
      weightDecay: 1e-4,
      batch: 128,
      iterations: 30_000,
      evaluateEvery: 100,
      augmentation: ['crop', 'flips'],
    });
    expect(recipeFor(resnet, { name: 'warmup' })).toMatchObject({ warmup: 20_000, optimizer: { rate: 0.03 } });
    expect(recipeFor(resnet, { name: 'warmup', iterations: 600 }).warmup).toBe(400);
    expect(recipeFor(resnet, { name: 'warmup', iterations: 600, warmup: 7 }).warmup).toBe(7);
    expect(recipeFor(resnet, { iterations: 600 }).schedule).toEqual({ kind: 'step', at: [400, 500], factor: 0.1 });
    expect(recipeFor(networkByName('vgg-19'), { name: 'low-rate' })).toMatchObject({
      optimizer: { rate: 0.01 },
      schedule: { at: [56_240, 84_360] },
      batch: 64,
    });
    expect(() => recipeFor(resnet, { name: 'warm' })).toThrow(
      'Network "resnet-20" has no recipe "warm". Did you mean "warmup"? It has: paper, low-rate, warmup.',
    );
    expect(() => recipeFor(network('other', 3, [dense(2)]), { name: 'paper' })).toThrow('has no recipe by a name');
  });

  it('takes parts of an optimizer, and undefined for what is not given', () => {
    const adam = { name: 'adam', rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    expect(recipeFor(lenet, { optimizer: { rate: 0.01 } }).optimizer).toEqual(adam);
    const given = { name: 'momentum', momentum: 0.5, rate: undefined } as { name: string; momentum: number };
    expect(recipeFor(lenet, { optimizer: given }).optimizer).toEqual({ name: 'momentum', rate: 0.1, momentum: 0.5 });
  });

  const wrong: readonly [RecipeOverrides, string][] = [
    [{ optimizer: { name: 'adamm' } }, 'There is no optimizer "adamm". Did you mean "adam"?'],
    [{ optimizer: { name: 'sgd', momentum: 0.9 } }, 'The optimizer sgd has no setting "momentum".'],
    [{ optimizer: { rate: 0 } }, "The recipe's rate must be above 0, not 0."],
    [{ optimizer: { rate: Number.NaN } }, 'rate must be above 0, not NaN'],
    [{ optimizer: { beta1: 1 } }, 'beta1 must be at least 0 and below 1, not 1'],
    [{ optimizer: { epsilon: 0 } }, 'epsilon must be above 0, not 0'],
    [{ optimizer: { name: 'momentum', momentum: -0.1 } }, 'momentum must be at least 0 and below 1, not -0.1'],
    [{ initialisation: 'glorot' as never }, 'There is no initialisation "glorot".'],
    [{ schedule: { kind: 'step', at: [0], factor: 0.1 } }, 'schedule step must be a whole number from 1 on, not 0'],
    [{ schedule: { kind: 'step', at: [1], factor: 0 } }, 'schedule factor must be above 0, not 0'],
    [{ warmup: -1 }, 'warmup must be a whole number from 0 on, not -1'],
    [{ weightDecay: -1 }, 'weight decay must be 0 or more, not -1'],
    [{ batch: 0 }, 'batch must be a whole number from 1 on, not 0'],
    [{ iterations: 1.5 }, 'iterations must be a whole number from 1 on, not 1.5'],
    [{ evaluateEvery: 0 }, 'evaluateEvery must be a whole number from 1 on, not 0'],
    [{ augmentation: ['flip' as never] }, 'There is no augmentation "flip". Did you mean "flips"?'],
    [{ augmentation: ['flips'] }, 'takes lists of values, which cannot be moved like pictures'],
  ];
  it.each(wrong)('cannot have %j', (overrides, message) => {
    expect(() => recipeFor(lenet, overrides)).toThrow(UserError);
    expect(() => recipeFor(lenet, overrides)).toThrow(message);
  });
});

describe('the rate', () => {
  const recipe = (overrides: RecipeOverrides) =>
    recipeFor(lenet, { optimizer: { name: 'sgd', rate: 0.5 }, iterations: 100, ...overrides });

  it('is constant', () => {
    expect([1, 50, 100].map((t) => rateAt(recipe({}), t))).toEqual([0.5, 0.5, 0.5]);
  });

  it('falls after each step of a step schedule', () => {
    const stepped = recipe({ schedule: { kind: 'step', at: [10, 20], factor: 0.5 } });
    expect([1, 10, 11, 20, 21, 100].map((t) => rateAt(stepped, t))).toEqual([0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
  });

  it('follows half a cosine from the full rate towards zero', () => {
    const cosine = recipe({ schedule: { kind: 'cosine' } });
    expect(rateAt(cosine, 1)).toBe(0.5);
    expect(rateAt(cosine, 51)).toBeCloseTo(0.25, 15);
    expect(rateAt(cosine, 100)).toBeCloseTo(0.25 * (1 + Math.cos(0.99 * Math.PI)), 15);
  });

  it('rises linearly while it warms up, under every schedule', () => {
    const warm = recipe({ warmup: 10, schedule: { kind: 'step', at: [5], factor: 0.5 } });
    expect([1, 5, 6, 10, 11].map((t) => rateAt(warm, t))).toEqual([0.05, 0.25, 0.15, 0.25, 0.25]);
  });
});

describe("a step's constants", () => {
  it('are those of Adam after t steps, each rounded once', () => {
    const { optimizer } = recipeFor(lenet);
    const table = new Float32Array(1 + 3 * CONSTANTS_ROW);
    const powers = { beta1: 1, beta2: 1 };
    for (let row = 0; row < 3; row++) writeStepConstants(table, 1, row, optimizer, 1.2e-3, 0.5, powers);
    expect(powers).toEqual({ beta1: 0.9 * 0.9 * 0.9, beta2: 0.999 * 0.999 * 0.999 });
    const step = 1.2e-3 / (1 - 0.9 * 0.9 * 0.9);
    const correction = 1 / Math.sqrt(1 - 0.999 * 0.999 * 0.999);
    const expected = [step, 0.5, 0.9, 1 - 0.9, 0.999, 1 - 0.999, correction, 1e-8];
    expect([...table.subarray(1 + 2 * CONSTANTS_ROW, 1 + 2 * CONSTANTS_ROW + 8)]).toEqual(expected.map(Math.fround));
    expect(table[0]).toBe(0);
  });
});

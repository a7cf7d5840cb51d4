import { UserError } from '@winnow/arithmetic';
import { dense, lenet300, network, relu } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../cells/canonical.js';
import { tinyData } from '../testing/experiments.js';
import { inputOf } from './input-of.js';
import { normaliseExperiment } from './normalise.js';
import type { ExperimentInput } from './schema.js';

const lenet: ExperimentInput = { network: 'lenet-300-100', data: 'mnist' };

describe('a complete experiment', () => {
  it('has the defaults of Frankle & Carbin for MNIST, at a shortened recipe', () => {
    expect(normaliseExperiment(lenet)).toEqual({
      network: lenet300(),
      data: 'mnist',
      split: { validation: 5000, stratified: false },
      recipe: {
        initialisation: 'glorot-normal',
        optimizer: { name: 'adam', rate: 1.2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        schedule: { kind: 'constant' },
        warmup: 0,
        weightDecay: 0,
        batch: 60,
        iterations: 12_000,
        evaluateEvery: 100,
        augmentation: [],
      },
      pruning: { criterion: 'large-final', rate: 0.2, outputRate: 0.1, scope: 'layer', keepLayersAlive: false },
      levels: 20,
      schedules: ['iterative'],
      rewind: { kind: 'iteration', iteration: 0 },
      mask1: 'rewind',
      mask0: 'zero',
      controls: [
        { kind: 'reinit', replicates: 1 },
        { kind: 'random', replicates: 1 },
      ],
      trials: 1,
      seed: 1,
    });
  });

  it('keeps what is given', () => {
    const experiment = normaliseExperiment({
      ...lenet,
      split: { validation: 100, stratified: true },
      recipe: {
        iterations: 300,
        optimizer: { name: 'momentum', rate: 0.1, momentum: 0.8 },
        schedule: { kind: 'cosine' },
      },
      pruning: { criterion: 'movement', rate: 0.4, scope: 'global', keepLayersAlive: true, rounds: 3 },
      schedule: ['one-shot', 'iterative', 'one-shot'],
      rewind: 200,
      controls: ['random', { kind: 'reinit', replicates: 3 }],
      trials: 5,
      seed: 0,
    });
    expect(experiment).toMatchObject({
      split: { validation: 100, stratified: true },
      recipe: { iterations: 300, optimizer: { name: 'momentum', rate: 0.1, momentum: 0.8 } },
      pruning: { criterion: 'movement', rate: 0.4, outputRate: 0.2, scope: 'global', keepLayersAlive: true },
      levels: 3,
      schedules: ['one-shot', 'iterative'],
      rewind: { kind: 'iteration', iteration: 200 },
      controls: [
        { kind: 'random', replicates: 1 },
        { kind: 'reinit', replicates: 3 },
      ],
      trials: 5,
      seed: 0,
    });
    expect(normaliseExperiment({ ...lenet, rewind: 'rate' }).rewind).toEqual({ kind: 'rate' });
  });

  it('comes down to a density in place of a number of rounds', () => {
    expect(normaliseExperiment({ ...lenet, pruning: { density: 0.036 } }).levels).toBe(15);
    expect(normaliseExperiment({ ...lenet, pruning: { density: 1 } }).levels).toBe(0);
  });

  it('takes a network and a data set that were made in code', () => {
    const net = network('mine', 12, [dense(4, 'first'), relu(), dense(3)]);
    const data = tinyData();
    expect(normaliseExperiment({ network: net, data })).toMatchObject({ network: net, data });
  });

  it('is the same when read again from what is stored of it', () => {
    for (const input of [
      lenet,
      { ...lenet, rewind: 'rate', schedule: ['one-shot', 'continued'], trials: 2 } as const,
    ]) {
      const experiment = normaliseExperiment(input);
      const stored = JSON.parse(JSON.stringify(inputOf(experiment))) as ExperimentInput;
      expect(canonicalJson(normaliseExperiment(stored))).toBe(canonicalJson(experiment));
    }
  });
});

describe('mask actions', () => {
  const lenet100 = { network: 'lenet-300-100', data: 'mnist' } as const;

  it('are kept as they are given', () => {
    expect(normaliseExperiment({ ...lenet100, mask1: 'reshuffle', mask0: 'variant-2' })).toMatchObject({
      mask1: 'reshuffle',
      mask0: 'variant-2',
    });
  });

  it('do not go with what says otherwise where tickets start', () => {
    expect(() => normaliseExperiment({ ...lenet100, mask1: 'reinit', rewind: 100 })).toThrow(
      'mask1 is "reinit", so kept weights are not rewound. Leave out one of mask1 and rewind.',
    );
    expect(() => normaliseExperiment({ ...lenet100, mask0: 'frozen', schedule: 'continued' })).toThrow(
      'Networks of the schedule "continued" train on from where they are',
    );
  });
});

describe('a wrong setting', () => {
  it.each<[string, unknown, string]>([
    [
      'a number that is none',
      { ...lenet, trials: 'five' },
      'trials must be a whole number from 1 to 10000, not "five".',
    ],
    ['a number out of range', { ...lenet, trials: 0 }, 'trials must be a whole number from 1 to 10000, not 0.'],
    ['a broken number', { ...lenet, seed: 1.5 }, 'seed must be a whole number from 0 on, not 1.5.'],
    [
      'a seed too large to be exact',
      { ...lenet, seed: 2 ** 53 },
      'seed must be a whole number from 0 on, not 9007199254740992.',
    ],
    [
      'a setting that is missing',
      { network: 'lenet-300-100' },
      'data must be the name of a data set such as "mnist", the path of a folder with IDX files, or a loaded data set, but it is missing.',
    ],
    [
      'a setting that does not exist',
      { ...lenet, sede: 1 },
      'there is no setting sede; the experiment has network, data, split, recipe, dropout, pruning, schedule, rewind, mask1, mask0, earlyBird, controls, controlLevels, trials, seed.',
    ],
    [
      'a nested setting that does not exist',
      { ...lenet, split: { valid: 1 } },
      'there is no setting split.valid; split has validation, stratified.',
    ],
    [
      'a nested value',
      { ...lenet, pruning: { rate: 1.2 } },
      'pruning.rate must be a fraction from 0 to below 1, not 1.2.',
    ],
    [
      'no object',
      'mnist',
      'the experiment must be an object (network, data, split, recipe, dropout, pruning, schedule, rewind, mask1, mask0, earlyBird, controls, controlLevels, trials, seed), not "mnist".',
    ],
    ['a word of few', { ...lenet, pruning: { scope: 'all' } }, 'pruning.scope must be "layer" or "global", not "all".'],
    [
      'a schedule',
      { ...lenet, schedule: 'slow' },
      'schedule must be "iterative", "one-shot", "continued", "snip", "grasp", "synflow", "erk", "uniform", or a list of them, not "slow".',
    ],
    [
      'a control',
      { ...lenet, controls: ['reinit', 'none'] },
      'controls[1] must be "reinit", "random", "shuffle", "invert", or { kind, replicates }, not "none".',
    ],
    [
      'a rate schedule',
      { ...lenet, recipe: { schedule: { kind: 'linear' } } },
      'recipe.schedule.kind must be "constant", "step" or "cosine", not "linear".',
    ],
    [
      'a function',
      { ...lenet, recipe: () => 1 },
      'recipe must be an object (name, initialisation, optimizer, schedule, warmup, weightDecay, batch, iterations, evaluateEvery, augmentation), not a function.',
    ],
    ['a network', { ...lenet, network: 7 }, 'network must be the name of a network, or one made by network(), not 7.'],
  ])('is named, with what it must be: %s', (_, input, sentence) => {
    const wrong = () => normaliseExperiment(input as ExperimentInput, 'my.config.ts');
    expect(wrong).toThrow(UserError);
    expect(wrong).toThrow(`my.config.ts: ${sentence}`);
  });

  it.each<[string, Partial<ExperimentInput>, string]>([
    ['an unknown network', { network: 'lenet-300-10' }, 'lenet-300-100'],
    ['an unknown criterion', { pruning: { criterion: 'large' } }, 'There is no criterion "large".'],
    ['a batch of nothing', { recipe: { batch: 0 } }, 'batch must be a whole number from 1 on, not 0'],
    ['an impossible density', { pruning: { density: 1e-7 } }, 'A density of 1e-7 is out of reach'],
    ['rounds and density', { pruning: { rounds: 3, density: 0.1 } }, 'pruning has both rounds (3) and density (0.1)'],
    ['rewinding to the end', { rewind: 12_000 }, 'rewind is 12000, but a training has 12000 iterations'],
    [
      'controls at a level that is not trained',
      { controlLevels: [2, 30] },
      'controlLevels has 30, but the search has 20 levels. Name levels that are trained.',
    ],
    [
      'early-bird over several searches',
      { earlyBird: true, schedule: ['iterative', 'one-shot'] },
      'earlyBird watches the mask of one search, "iterative" or "one-shot", not of "iterative", "one-shot".',
    ],
    ['early-bird before training', { earlyBird: true, schedule: 'snip' }, 'not of "snip"'],
    ['a control twice', { controls: ['reinit', { kind: 'reinit' }] }, 'controls has "reinit" twice'],
    ['layers that do not fit', { network: { ...lenet300(), classes: 11 } }, 'do not fit each other'],
  ])('is refused: %s', (_, changes, sentence) => {
    expect(() => normaliseExperiment({ ...lenet, ...changes })).toThrow(UserError);
    expect(() => normaliseExperiment({ ...lenet, ...changes })).toThrow(sentence);
  });
});

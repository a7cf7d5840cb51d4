import type { Draw } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { fullMasks } from '../masks.js';
import { lenet300 } from '../network/lenet300.js';
import { weightLayers } from '../network/weight-layers.js';
import { digestParameters, restrict } from '../parameters.js';
import type { Initialisation } from '../recipe/recipe.js';
import { drawnMask } from '../testing/values.js';
import { initialParameters, initialTensors } from './initial.js';
import { initialisationByName, initialisationNames } from './initialisers.js';

const network = lenet300();
const full = fullMasks(network);

function digest(initialisation: Initialisation, draw: Draw = { kind: 'initial' }, seed = 1, trial = 0): string {
  return digestParameters(initialParameters(network, full, initialisation, { seed, trial, draw }));
}

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

function largest(values: Float32Array): number {
  return values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
}

describe('start values', () => {
  it.each([
    ['glorot-normal', Math.sqrt(2 / 1084)],
    ['glorot-normal-truncated', Math.sqrt(2 / 1084)],
    ['glorot-uniform', Math.sqrt(2 / 1084)],
    ['he-normal', Math.sqrt(2 / 784)],
  ] as const)('of %s have the standard deviation that it promises', (initialisation, expected) => {
    const [first] = initialTensors(network, initialisation, { seed: 1, trial: 0, draw: { kind: 'initial' } });
    expect(Math.abs(deviation(first) / expected - 1)).toBeLessThan(0.005);
    expect(Math.abs(first.reduce((a, b) => a + b, 0) / first.length)).toBeLessThan(expected / 100);
  });

  it.each([
    ['glorot-normal', '699ac83da12342b8049913ea0883246483c11f0f56712efabede998b836fdbfe'],
    ['glorot-normal-truncated', '0e9f92f232eb06ac8af4708972be7e96408ba55092f758d2a9ff1808d9184d93'],
    ['glorot-uniform', '18c0747e33de6f0a5daaab9d41423b0bccd75757ebde5d527d2e8d0f1a4bc80d'],
    ['he-normal', '8d4596fe4746b6c00bd88c1e2f4b88e7bbfb618268da2e26971b3e075384451e'],
  ] as const)('of %s have fixed bits', (initialisation, expected) => {
    expect(digest(initialisation)).toBe(expected);
  });

  it('stay within their bounds where there are bounds', () => {
    const of = { seed: 1, trial: 0, draw: { kind: 'initial' } } as const;
    const [uniform] = initialTensors(network, 'glorot-uniform', of);
    expect(largest(uniform)).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 1084)));
    const [truncated] = initialTensors(network, 'glorot-normal-truncated', of);
    expect(largest(truncated)).toBeLessThan(2.28 * Math.sqrt(2 / 1084));
  });

  it('depend on seed, trial, and on level and replicate of a new draw', () => {
    const digests = [
      digest('he-normal'),
      digest('he-normal', { kind: 'initial' }, 2),
      digest('he-normal', { kind: 'initial' }, 1, 1),
      digest('he-normal', { kind: 'reinit', level: 1, replicate: 0 }),
      digest('he-normal', { kind: 'reinit', level: 2, replicate: 0 }),
      digest('he-normal', { kind: 'reinit', level: 1, replicate: 1 }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('of a survivor do not depend on which others survive', () => {
    const of = { seed: 1, trial: 0, draw: { kind: 'initial' } } as const;
    const masks = weightLayers(network).map((layer, l) => drawnMask(l, layer.weights, 0.1));
    const whole = initialParameters(network, full, 'glorot-normal', of);
    expect(initialParameters(network, masks, 'glorot-normal', of)).toEqual(restrict(whole, full, masks));
  });

  it('are found by name', () => {
    expect(initialisationNames.map(initialisationByName)).toEqual(initialisationNames);
    expect(() => initialisationByName('glorot')).toThrow('There is no initialisation "glorot".');
  });
});

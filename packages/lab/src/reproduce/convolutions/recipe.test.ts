import { densityAtLevel } from '@winnow/tickets';
import { describe, expect, it } from 'vitest';
import { normaliseExperiment } from '../../experiment/normalise.js';
import type { Scale } from '../reproduction.js';
import { lth5 } from './lth-5.js';
import { type ConvolutionNetwork, convolutionNetworks, convolutionRun } from './recipe.js';
import { convolutionScale } from './scale-words.js';

function experimentOf(network: ConvolutionNetwork, scale: Scale) {
  const needed = convolutionRun(network, scale);
  if (needed.kind !== 'find') throw new Error('a search');
  return normaliseExperiment(needed.input);
}

describe('the searches of Figure 5', () => {
  it('at full scale are the paper’s, as `winnow find NETWORK --recipe paper` has them', () => {
    for (const [i, network] of convolutionNetworks.entries()) {
      const { recipe, pruning, controlLevels, trials, levels } = experimentOf(network, { quick: false });
      const usual = normaliseExperiment({ network, data: 'cifar-10', recipe: { name: 'paper' } });
      expect({ recipe, pruning }).toEqual({ recipe: usual.recipe, pruning: usual.pruning });
      expect(recipe.iterations).toBe([20_000, 25_000, 30_000][i]);
      expect({ controlLevels, trials, levels }).toEqual({ controlLevels: undefined, trials: 5, levels: 20 });
    }
  });

  it('shorter, have every level of Conv-2 and every third of the others', () => {
    const scale = { quick: false, iterations: 6000, trials: 1, cifar10: 'cifar-10:elsewhere' };
    const [conv2, , conv6] = convolutionNetworks.map((network) => experimentOf(network, scale));
    expect(conv2).toMatchObject({ levels: 15, controlLevels: [8, 11, 14], trials: 1, data: 'cifar-10:elsewhere' });
    expect(conv6).toMatchObject({ levels: 5, controlLevels: [3, 4, 5] });
    const whole = experimentOf('conv-6', { quick: false });
    const [coarse, fine] = [
      densityAtLevel(conv6.network, conv6.pruning, 2),
      densityAtLevel(whole.network, whole.pruning, 6),
    ];
    // Each round rounds to whole weights, and one that is three rounds once.
    expect(Math.abs(coarse.weights - fine.weights)).toBeLessThan(20);
    expect(convolutionScale(scale)).toContain('; the paper: 5 of ');
  });

  it('are those of the networks that are asked for', () => {
    const names = (scale: Scale) => lth5.needs(scale).map(({ name }) => name);
    expect(names({ quick: false, networks: ['conv-6', 'conv-4'] })).toEqual(['conv-4', 'conv-6']);
    expect(names({ quick: true, networks: ['conv-4'] })).toEqual(['conv-4']);
    const words = (...networks: string[]) => convolutionScale({ quick: false, iterations: 4000, trials: 1, networks });
    expect(words('conv-6')).toBe(
      '1 trial of 4,000 iterations, 15 rounds, three in one, re-initialised after 9, 12 and 15 of them; the paper: 5 of 30,000 iterations',
    );
    expect(words('conv-2')).toContain(
      ', 15 rounds, re-initialised after 8, 11 and 14 of them; the paper: 5 of 20,000 iterations',
    );
    expect(words('conv-2', 'conv-4')).toContain(
      ', 15 rounds (of Conv-4 three in one), re-initialised after 8, 11 and 14 or 9, 12 and 15 of them; the paper: 5 of 20,000 (Conv-2) and 25,000 iterations (Conv-4)',
    );
  });

  it('scaled down say so', () => {
    expect(experimentOf('conv-2', { quick: true })).toMatchObject({ levels: 3, controlLevels: [] });
    const names = (quick: boolean) => lth5.needs({ quick }).map(({ name }) => name);
    expect(names(true)).toEqual(['conv-2']);
    expect(names(false)).toEqual(convolutionNetworks);
    expect(convolutionScale({ quick: true })).toMatch(/^QUICK, scaled down: 1 trial of 150 iterations/);
    expect(convolutionScale({ quick: false })).toMatch(/^The paper’s scale: 5 trials of 20,000/);
    expect(convolutionScale({ quick: false, trials: 2 })).toMatch(/^2 trials of 20,000 .*; the paper: 5$/);
  });
});

import { densityAtLevel } from '@winnow/tickets';
import { describe, expect, it } from 'vitest';
import { normaliseExperiment } from '../../experiment/normalise.js';
import { syntheticRun } from '../../report/testing/synthetic-run.js';
import type { StoredRun } from '../../store/read-run.js';
import type { Available } from '../reproduction.js';
import { deepPaperValues, deepVerdicts } from './claims.js';
import { lth7, lth8 } from './networks.js';
import { type DeepNetwork, deepLooks, deepRecipes, deepScale, deepSearches } from './recipe.js';

const { cells } = syntheticRun({ kinds: ['ticket', 'reinit'], trials: 2 });

/** Where training ends: all networks of a kind with one accuracy. */
const ending = (accuracies: Readonly<Record<string, number>>) =>
  cells.map((cell) => ({ ...cell, final: { ...cell.final, testAccuracy: accuracies[cell.kind] } }));
const high = ending({ dense: 0.9, ticket: 0.88, reinit: 0.88 });

const outcomes = (network: DeepNetwork, changes: Partial<Parameters<typeof deepVerdicts>[1]>) =>
  deepVerdicts(network, { paper: high, 'low-rate': high, warmup: high, ...changes }).map(({ outcome }) => outcome);

describe('the claims about VGG-19', () => {
  const asInThePaper = {
    'low-rate': ending({ dense: 0.89, ticket: 0.884, reinit: 0.8 }),
    warmup: ending({ dense: 0.9, ticket: 0.9, reinit: 0.8 }),
  };
  it('hold as in the paper', () => {
    expect(outcomes('vgg-19', asInThePaper)).toEqual(['holds', 'holds', 'holds']);
  });
  it('do not hold the other way round', () => {
    const paper = ending({ dense: 0.9, ticket: 0.9, reinit: 0.8 });
    const worse = ending({ dense: 0.9, ticket: 0.87, reinit: 0.8 });
    expect(outcomes('vgg-19', { paper, 'low-rate': worse, warmup: worse })).toEqual(Array(3).fill('does not hold'));
  });
});

describe('the claims about ResNet-20', () => {
  it('hold as in the paper', () => {
    const low = ending({ dense: 0.88, ticket: 0.88, reinit: 0.8 });
    const warmup = ending({ dense: 0.9, ticket: 0.9, reinit: 0.8 });
    expect(outcomes('resnet-20', { 'low-rate': low, warmup })).toEqual(['holds', 'holds', 'holds']);
  });
  it('do not hold the other way round', () => {
    const low = ending({ dense: 0.92, ticket: 0.92, reinit: 0.8 });
    const warmup = ending({ dense: 0.9, ticket: 0.87, reinit: 0.8 });
    expect(outcomes('resnet-20', { 'low-rate': low, warmup })).toEqual(Array(3).fill('does not hold'));
  });
});

it('all are open where nothing was measured', () => {
  for (const network of ['vgg-19', 'resnet-20'] as const) {
    const verdicts = deepVerdicts(network, { paper: [], 'low-rate': [], warmup: [] });
    for (const { outcome, numbers } of verdicts) expect([outcome, numbers]).toEqual(['undecided', 'not measured']);
  }
});

describe.each(['vgg-19', 'resnet-20'] as const)('the searches of %s', (network) => {
  const searches = (scale: Parameters<typeof deepSearches>[1]) =>
    deepSearches(network, scale).map((one) => {
      if (one.kind !== 'find') throw new Error('a search');
      return normaliseExperiment(one.input);
    });

  it('are those of `winnow find NETWORK --recipe …`, at three rates', () => {
    for (const [i, { recipe, pruning, trials }] of searches({ quick: false }).entries()) {
      const usual = normaliseExperiment({ network, data: 'cifar-10', recipe: { name: deepRecipes[i] } });
      expect([recipe, pruning]).toEqual([usual.recipe, usual.pruning]);
      expect([pruning.scope, pruning.rate, pruning.outputRate, trials]).toEqual(['global', 0.2, 0, 5]);
    }
  });

  it('have the levels of which the paper speaks', () => {
    const [{ network: of, pruning, levels }] = searches({ quick: false });
    const last = Math.max(...deepRecipes.flatMap((r) => deepPaperValues[network][r].map(({ level }) => level)));
    expect(levels).toBeGreaterThanOrEqual(last);
    const density = densityAtLevel(of, pruning, last).density;
    expect((100 * density).toFixed(1)).toBe(network === 'vgg-19' ? '1.5' : '11.8');
  });

  it('shorter, warm up for the same share of them', () => {
    const [, , warmed] = searches({ quick: false, iterations: 3000, trials: 1 });
    expect(warmed.recipe.warmup).toBe(network === 'vgg-19' ? 267 : 2000);
    expect(deepLooks(network, { quick: false, iterations: 3000 })).toEqual([1000, 2000, 3000]);
    expect(deepScale(network, { quick: false, iterations: 3000 })).toContain(
      '5 trials of 3,000 iterations; the paper: 5',
    );
  });
});

describe('the page', () => {
  const available = (iterations: number): Available => ({
    scale: { quick: false, iterations },
    // All that conclusions read of a run.
    run: async () => ({ cells }) as Partial<Record<keyof StoredRun, unknown>> as StoredRun,
    supermasks: async () => [],
  });
  it('has a panel for each third of the training, and a table for each rate with the paper’s words', async () => {
    const { figures, tables } = await lth8.conclude(available(12_000));
    const [{ svg, name }] = figures;
    expect(name).toBe('resnet-20-accuracy-by-density');
    for (const third of ['4,000', '8,000', '12,000']) expect(svg.wide).toContain(`>At iteration ${third}<`);
    expect(svg.wide).toContain('rate 0.03, warmed up, re-initialised');
    expect(tables.map(({ caption }) => caption.split(':')[0])).toEqual([
      'Rate 0.1',
      'Rate 0.01',
      'Rate 0.03, warmed up',
    ]);
    const said = tables.flatMap(({ rows }) => rows.map((row) => row.at(-1)).filter((paper) => paper !== ''));
    expect(said).toEqual(['90.5 % (§4)', '90.5 % (§4)', 'the last winning ticket (§4)']);
  });
  it('is empty where nothing is finished', async () => {
    const none = { ...available(12_000), run: async () => null };
    expect(await lth7.conclude(none)).toMatchObject({ figures: [], tables: [] });
  });
});

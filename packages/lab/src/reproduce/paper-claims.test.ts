import { criterionNames, mask0Actions, mask1Actions } from '@winnow/tickets';
import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../report/testing/synthetic-run.js';
import type { StoredRun } from '../store/read-run.js';
import type { SupermaskTrial } from '../supermask/supermask-result.js';
import { dltCriteria } from './deconstructing/dlt-criteria.js';
import { dltMask0 } from './deconstructing/dlt-mask-0.js';
import { dltSigns } from './deconstructing/dlt-signs.js';
import { criterionRun, mask0Run, mask1Run } from './deconstructing/recipe.js';
import type { Reproduction } from './reproduction.js';
import { dltSupermask } from './supermasks/dlt-supermask.js';
import { heuristicRun, learnedRun } from './supermasks/recipe.js';

// Accuracies that differ by a hundredth differ by more than chance; those that are equal do not.
const { cells } = syntheticRun({ kinds: ['ticket'], trials: 2, iterations: 1000 });

type Accuracies = Readonly<Record<string, number>>;

/** Finished searches whose tickets all reach one accuracy. */
function searches(accuracies: Accuracies) {
  return async (name: string): Promise<StoredRun | null> => {
    if (!(name in accuracies)) return null;
    const reached = cells.map((cell) => ({
      ...cell,
      earlyStop: { ...cell.earlyStop, testAccuracy: accuracies[name] },
    }));
    // All that conclusions read of a run.
    return { cells: reached, planned: reached } as Partial<Record<keyof StoredRun, unknown>> as StoredRun;
  };
}

/** Finished supermasks, a trial each. */
function supermasks(accuracies: Accuracies, onePower: Accuracies) {
  return async (name: string): Promise<readonly SupermaskTrial[]> => {
    if (!(name in accuracies)) return [];
    const testAccuracy = accuracies[name];
    const sweep = [0.5, 0.4].map((density) => ({
      density,
      testAccuracy: onePower[name] ?? 0,
      validationAccuracy: 0.5,
    }));
    return [{ density: 0.5, testAccuracy, sweep } as Partial<SupermaskTrial> as SupermaskTrial];
  };
}

async function outcomes(
  reproduction: Reproduction,
  tickets: Accuracies,
  masks: Accuracies = {},
  onePower: Accuracies = {},
) {
  const { verdicts } = await reproduction.conclude({
    scale: { quick: false },
    run: searches(tickets),
    supermasks: supermasks(masks, onePower),
  });
  return verdicts.map(({ outcome }) => outcome);
}

const each = (names: readonly string[], accuracy: number): Accuracies =>
  Object.fromEntries(names.map((name) => [name, accuracy]));

describe('the claims about criteria: two are best, two are next', () => {
  const all = criterionNames.map(criterionRun);
  const asInThePaper = {
    ...each(all, 0.94),
    ...each(['large-final', 'magnitude-increase'].map(criterionRun), 0.98),
    ...each(['large-init-large-final', 'movement'].map(criterionRun), 0.96),
  };
  const judged = (changes: Accuracies) => outcomes(dltCriteria, { ...asInThePaper, ...changes });

  it('hold as in the paper', async () => {
    expect(await judged({})).toEqual(Array(4).fill('holds'));
    // Criteria that look at signs were not compared.
    expect(await judged({ [criterionRun('large-final-same-sign')]: 0.99 })).toEqual(Array(4).fill('holds'));
  });
  it('do not hold where one of the others is better', async () => {
    expect(await judged({ [criterionRun('small-init')]: 0.99 })).toEqual(Array(4).fill('does not hold'));
    expect(await judged({ [criterionRun('movement')]: 0.93 })).toEqual([
      ...['holds', 'holds', 'holds'],
      'does not hold',
    ]);
  });
  it('are undecided where one of the others is as good', async () => {
    const [best, second, ...next] = await judged({ [criterionRun('random')]: 0.98 });
    expect([best, second]).toEqual(['undecided', 'undecided']);
    expect(next).toEqual(['does not hold', 'does not hold']);
  });
  it('are undecided while one of the others is not finished, unless one of them is better', async () => {
    const { [criterionRun('random')]: _, ...unfinished } = asInThePaper;
    expect(await outcomes(dltCriteria, unfinished)).toEqual(Array(4).fill('undecided'));
    const beaten = { ...unfinished, [criterionRun('small-init')]: 0.99 };
    expect(await outcomes(dltCriteria, beaten)).toEqual(Array(4).fill('does not hold'));
    expect(await outcomes(dltCriteria, {})).toEqual(Array(4).fill('undecided'));
  });
});

describe('the claims about signs: for each action, worse without and as good with them', () => {
  const all = mask1Actions.map(mask1Run);
  const signed = mask1Actions.filter((action) => action.endsWith('-same-sign')).map(mask1Run);
  const kept = { ...each(signed, 0.98), [mask1Run('rewind')]: 0.98 };
  it('hold as in the paper', async () => {
    expect(await outcomes(dltSigns, { ...each(all, 0.96), ...kept })).toEqual(Array(6).fill('holds'));
  });
  it('do not hold the other way round', async () => {
    const turned = { ...each(all, 0.99), ...each(signed, 0.96), [mask1Run('rewind')]: 0.98 };
    expect(await outcomes(dltSigns, turned)).toEqual(Array(6).fill('does not hold'));
  });
  it('leave open what is as good without them, and all that is not finished', async () => {
    const alike = ['reinit', 'reshuffle', 'constant'].flatMap(() => ['undecided', 'holds']);
    expect(await outcomes(dltSigns, each(all, 0.98))).toEqual(alike);
    expect(await outcomes(dltSigns, {})).toEqual(Array(6).fill('undecided'));
  });
});

describe('the claims about pruned weights: zero before frozen, variant 2 before variant 1', () => {
  const all = mask0Actions.map(mask0Run);
  const with0 = (zero: number, second: number): Accuracies => ({
    ...each(all, 0.96),
    [mask0Run('zero')]: zero,
    [mask0Run('variant-2')]: second,
  });
  it.each([
    [0.97, 0.97, 'holds'],
    [0.95, 0.95, 'does not hold'],
    [0.96, 0.96, 'undecided'],
  ] as const)('%d and %d where the others reach 0.96: %s', async (zero, second, outcome) => {
    expect(await outcomes(dltMask0, with0(zero, second))).toEqual([outcome, outcome]);
  });
  it('are open while nothing is finished', async () => {
    expect(await outcomes(dltMask0, {})).toEqual(['undecided', 'undecided']);
  });
});

describe('the claims about supermasks', () => {
  const [signs, initial] = (['signed-constant', 'initial'] as const).map(heuristicRun);
  const learned = (rescaled: number, plain: number, overInitial: number): Accuracies => ({
    ...each([signs, initial], 0.9),
    [learnedRun('signed-constant', true)]: rescaled,
    [learnedRun('signed-constant', false)]: plain,
    [learnedRun('initial', true)]: 0.9,
    [learnedRun('initial', false)]: overInitial,
  });
  const judged = (masks: Accuracies, onSigns: number, onInitial: number) =>
    outcomes(dltSupermask, {}, masks, { [signs]: onSigns, [initial]: onInitial });

  it('hold as in the paper', async () => {
    expect(await judged(learned(0.98, 0.96, 0.953), 0.863, 0.8)).toEqual(Array(6).fill('holds'));
  });
  it('do not hold where all is the other way round', async () => {
    expect(await judged(learned(0.7, 0.72, 0.9), 0.8, 0.86)).toEqual(Array(6).fill('does not hold'));
  });
  it('leave open what is as good, and all that is not finished', async () => {
    expect(await judged(learned(0.98, 0.98, 0.98), 0.98, 0.98)).toEqual([
      ...['holds', 'holds', 'holds'],
      ...['undecided', 'undecided', 'undecided'],
    ]);
    expect(await outcomes(dltSupermask, {})).toEqual(Array(6).fill('undecided'));
  });
});

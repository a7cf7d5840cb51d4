import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../../report/testing/synthetic-run.js';
import { type LenetClaim, lenetVerdicts } from './claims.js';

const names: readonly LenetClaim[] = [
  'dense',
  'faster',
  'better',
  'sparse',
  'reinit',
  'reinit-at-21',
  'random',
  'one-shot',
];
const { cells } = syntheticRun({ kinds: ['ticket', 'one-shot', 'reinit', 'random'], trials: 3 });
const outcomes = (of: typeof cells) => lenetVerdicts(of, names).map(({ outcome }) => outcome);

/** The same run with other accuracies at early stop for a kind. */
const shifted = (kind: string, by: number) =>
  cells.map((cell) =>
    cell.kind === kind
      ? { ...cell, earlyStop: { ...cell.earlyStop, testAccuracy: cell.earlyStop.testAccuracy! + by } }
      : cell,
  );

describe('the claims about LeNet', () => {
  it('are judged one by one, with the numbers', () => {
    const verdicts = lenetVerdicts(cells, names);
    expect(verdicts[0]).toMatchObject({ outcome: 'holds', source: '98.0 ± 0.2 %' });
    expect(verdicts[1].numbers).toMatch(
      /^21\.1 %: stops at [\d,]+ against [\d,]+ \(\d+ % sooner\), \+\d\.\d\d points, where/,
    );
    expect(verdicts.filter(({ outcome }) => outcome === 'holds').length).toBeGreaterThan(4);
  });

  it('do not hold where controls are as good as tickets, or tickets worse than the dense network', () => {
    const random = outcomes(shifted('random', 0.05));
    expect(random[names.indexOf('random')]).toBe('does not hold');
    const ticket = outcomes(shifted('ticket', -0.02));
    for (const claim of ['faster', 'better', 'sparse', 'reinit-at-21'] as const) {
      expect(ticket[names.indexOf(claim)]).toBe('does not hold');
    }
    expect(outcomes(shifted('dense', -0.02))[0]).toBe('does not hold');
    expect(outcomes(shifted('reinit', 0.02))[names.indexOf('reinit')]).toBe('does not hold');
    expect(outcomes(shifted('one-shot', -0.02))[names.indexOf('one-shot')]).toBe('does not hold');
  });

  it('are undecided where networks are alike, but for those that say that they are', () => {
    const alike = cells.map((cell) => ({
      ...cell,
      earlyStop: { ...cell.earlyStop, iteration: 5000, testAccuracy: 0.98 },
    }));
    const level: readonly LenetClaim[] = ['dense', 'sparse'];
    expect(outcomes(alike)).toEqual(names.map((name) => (level.includes(name) ? 'holds' : 'undecided')));
  });

  it('are open where nothing was measured', () => {
    for (const { outcome, numbers } of lenetVerdicts([], names)) {
      expect(outcome).toBe('undecided');
      expect(numbers).toContain('not measured');
    }
  });
});

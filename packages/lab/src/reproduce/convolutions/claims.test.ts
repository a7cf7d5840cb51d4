import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../../report/testing/synthetic-run.js';
import { convolutionVerdicts } from './claims.js';

const { cells } = syntheticRun({ kinds: ['ticket', 'reinit'], trials: 2 });
type Cells = typeof cells;

/** The same with other accuracies of a kind at early stop. */
const shifted = (kind: string, by: number): Cells =>
  cells.map((cell) => {
    const { earlyStop } = cell;
    const testAccuracy = earlyStop.testAccuracy! + (cell.kind === kind ? by : 0);
    return { ...cell, earlyStop: { ...earlyStop, testAccuracy } };
  });

/** faster, better, above, reinit */
const outcomes = (of: Cells) => convolutionVerdicts('conv-2', of).map(({ outcome }) => outcome);

describe('the claims about convolutions', () => {
  it('are judged with the numbers of the level that the paper names', () => {
    const [faster, better, above, reinit] = convolutionVerdicts('conv-2', shifted('ticket', 0.02));
    expect(faster).toMatchObject({
      claim: 'Conv-2: the ticket at 8.8 % stops sooner than the dense network',
      source: '3.5 × sooner, §3',
      outcome: 'holds',
    });
    expect(faster.numbers).toMatch(/^\d\.\d ×: [\d,]+ against [\d,]+ iterations$/);
    expect(better).toMatchObject({ source: '+3.4 points, §3', outcome: 'holds' });
    expect(above.outcome).toBe('holds');
    expect(above.numbers).toMatch(/^17 levels down to 2\.\d %; the least is at /);
    expect(reinit.outcome).toBe('holds');
    expect(reinit.numbers.split('; ').length).toBe(20);
  });

  it('do not hold where tickets are worse than the dense network, or their masks as good from elsewhere', () => {
    const worse = outcomes(shifted('ticket', -0.04));
    expect(worse.slice(1)).toEqual(['does not hold', 'does not hold', 'does not hold']);
    const late = cells.map((cell) => ({ ...cell, earlyStop: { ...cell.earlyStop, iteration: cell.level * 100 } }));
    expect(outcomes(late)[0]).toBe('does not hold');
  });

  it('are open for levels that are not there', () => {
    const dense = cells.filter(({ kind }) => kind === 'dense');
    for (const of of [[], dense]) {
      for (const { outcome, numbers } of convolutionVerdicts('conv-6', of)) {
        expect(outcome).toBe('undecided');
        expect(numbers).toBe('not measured');
      }
    }
  });

  it('speak for the levels that are finished', () => {
    const some = shifted('ticket', 0.02).filter(({ level, kind }) => level < 9 && (kind !== 'reinit' || level === 8));
    const [faster, , above, reinit] = convolutionVerdicts('conv-2', some);
    expect(faster.numbers).toBe('not measured');
    expect(above.numbers).toMatch(/^8 levels down to 16\.9 %/);
    // Nobody knows of the levels below.
    expect(above.outcome).toBe('undecided');
    expect(reinit.numbers).toMatch(/^16\.9 %: −\d\.\d\d points, where 0\.\d\d may be chance$/);
  });
});

import { describe, expect, it } from 'vitest';
import type { CellResult, ReportKind } from './input.js';
import { resultSentence } from './sentence.js';

/** A cell of which only what the sentence reads is interesting. */
function cell(kind: ReportKind, level: number, iteration: number, testAccuracy: number | null, trial = 1): CellResult {
  const weights = level === 0 ? 266_200 : 9_537;
  return {
    trial,
    level,
    kind,
    replicate: 0,
    density: weights / 266_200,
    weights,
    stored: weights,
    earlyStop: { iteration, validationLoss: 0.08, testAccuracy },
    final: { trainLoss: 0.01, validationLoss: 0.1, testAccuracy },
    digest: '00',
    microsecondsPerStep: 50,
  };
}

describe('the sentence of a run', () => {
  it('names size, speed, gain, and what the mask alone is worth', () => {
    const ticket = cell('ticket', 15, 4200, 0.982);
    const cells = [cell('dense', 0, 5800, 0.98), ticket, cell('reinit', 15, 9000, 0.969)];
    expect(resultSentence({ cells, winner: ticket })).toBe(
      'Winning ticket: 3.6 % of the weights (9,537 of 266,200), learns 1.4 × faster, +0.2 points; the same mask re-initialised: −1.1.',
    );
  });

  it('tells where the rounds of an early-bird ticket stopped', () => {
    const ticket = cell('ticket', 2, 4200, 0.982);
    const rounds = [
      { ...cell('dense', 0, 2750, 0.98), earlyBird: { iteration: 2800, distance: 0.0986 } },
      { ...cell('ticket', 1, 2750, 0.98), earlyBird: { iteration: 12_000, distance: null } },
    ];
    const settled = 'Masks settled: level 0 after 2,800 iterations (distance 0.0986), level 1 never.';
    expect(resultSentence({ cells: [...rounds, ticket], winner: ticket })).toBe(
      `Early-bird ticket: 3.6 % of the weights (9,537 of 266,200), 98.20 % test accuracy at early stop. ${settled}`,
    );
    expect(resultSentence({ cells: rounds, winner: null })).toBe(`No early-bird ticket yet. ${settled}`);
  });

  it('gives means over trials, each control against the dense network of its own trial', () => {
    const winner = cell('ticket', 15, 4000, 0.982, 1);
    const cells = [
      ...[cell('dense', 0, 5800, 0.98, 1), winner, cell('reinit', 15, 9000, 0.97, 1)],
      ...[cell('dense', 0, 6200, 0.976, 2), cell('ticket', 15, 4000, 0.982, 2), cell('reinit', 15, 9000, 0.968, 2)],
    ];
    expect(resultSentence({ cells, winner })).toBe(
      'Winning ticket: 3.6 % of the weights (9,537 of 266,200), learns 1.5 × faster, +0.4 points; the same mask re-initialised: −0.9 (means of 2 trials).',
    );
  });

  it('leaves out what was not measured', () => {
    const winner = cell('one-shot', 15, 5800, null);
    expect(resultSentence({ cells: [cell('dense', 0, 5800, null), winner], winner })).toBe(
      'Winning ticket: 3.6 % of the weights (9,537 of 266,200), learns as fast.',
    );
  });

  it('says so when there is no winner, and when nothing was pruned or trained', () => {
    const dense = cell('dense', 0, 4300, 0.9803);
    expect(resultSentence({ cells: [dense, cell('ticket', 15, 9000, 0.9)], winner: null })).toMatch(
      /^No winning ticket: /,
    );
    expect(resultSentence({ cells: [dense], winner: null })).toBe(
      'The dense network: 98.03 % test accuracy at its early stop, iteration 4,300; nothing was pruned yet.',
    );
    expect(resultSentence({ cells: [], winner: null })).toBe('Nothing is finished yet.');
  });
});

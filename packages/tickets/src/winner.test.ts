import { describe, expect, it } from 'vitest';
import type { CellKind } from './cells/cell.js';
import { findWinner, type JudgedCell } from './winner.js';

function cell(kind: CellKind, trial: number, level: number, validationAccuracy: number, iteration: number): JudgedCell {
  return { kind, trial, level, earlyStop: { iteration, validationAccuracy } };
}
const dense = (trial: number) => cell('dense', trial, 0, 0.98, 5000);
const good = (trial: number, level: number) => cell('ticket', trial, level, 0.98, 5000);
const inaccurate = (trial: number, level: number) => cell('ticket', trial, level, 0.9799, 4000);
const slow = (trial: number, level: number) => cell('ticket', trial, level, 0.99, 5100);

describe('the winner', () => {
  it('is the sparsest ticket that is as accurate as the dense network and stops no later', () => {
    const winner = good(0, 3);
    expect(findWinner([dense(0), good(0, 1), inaccurate(0, 2), winner, slow(0, 4), inaccurate(0, 5)])).toBe(winner);
  });

  it('may have unqualified levels before it', () => {
    const winner = good(0, 7);
    expect(findWinner([winner, dense(0), slow(0, 6)])).toBe(winner);
  });

  it('is nobody if no ticket qualifies', () => {
    expect(findWinner([dense(0), inaccurate(0, 1), slow(0, 2)])).toBeNull();
    expect(findWinner([dense(0)])).toBeNull();
    expect(findWinner([])).toBeNull();
  });

  it('is never the dense network or a control, however good they are', () => {
    expect(findWinner([dense(0), cell('reinit', 0, 9, 1, 1), cell('random', 0, 9, 1, 1)])).toBeNull();
    expect(findWinner([dense(0), cell('ticket', 0, 0, 1, 1)])).toBeNull();
  });

  it('is judged against the dense network of its own trial', () => {
    const easy = cell('dense', 1, 0, 0.5, 9000);
    const winner = cell('ticket', 1, 4, 0.6, 8000);
    expect(findWinner([cell('dense', 0, 0, 0.4, 9000), easy, cell('ticket', 0, 4, 0.5, 8000), winner])?.trial).toBe(0);
    expect(findWinner([dense(0), easy, inaccurate(0, 4), winner])).toBeNull();
  });

  it('cannot be judged without its dense network', () => {
    expect(findWinner([good(0, 1)])).toBeNull();
  });

  it('over several trials is at the sparsest level that qualifies in most of them: its first such cell', () => {
    const winner = good(1, 3);
    const cells = [
      ...[0, 1, 2].map(dense),
      ...[0, 1, 2].map((trial) => good(trial, 2)),
      good(2, 3),
      winner,
      slow(0, 3),
      good(2, 4),
      inaccurate(0, 4),
      inaccurate(1, 4),
    ];
    expect(findWinner(cells)).toBe(winner);
  });

  it('half of the trials are not most of them', () => {
    const cells = [dense(0), dense(1), good(0, 5), slow(1, 5)];
    expect(findWinner(cells)).toBeNull();
    expect(findWinner([...cells, good(0, 2), good(1, 2)])?.level).toBe(2);
  });

  it('under another schedule is one of the cells which that schedule trains', () => {
    const winner = cell('one-shot', 0, 2, 0.98, 5000);
    expect(findWinner([dense(0), winner, good(0, 5)], 'one-shot')).toBe(winner);
  });
});

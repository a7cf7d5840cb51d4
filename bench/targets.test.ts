import { describe, expect, it } from 'vitest';
import { TARGETS, verdicts } from './targets.mjs';

const cell = (median: number, best: number) => ({ medianMicroseconds: median, bestMicroseconds: best });
const steps = (winnow: number, masked: number, plain: number) => ({
  id: 'step',
  columns: ['winnow', 'PyTorch, masks', 'PyTorch, no masks'],
  rows: [{ label: '100 %', cells: [cell(winnow, 300), cell(masked, 1300), cell(plain, 1200)] }],
});
const start = (help: number) => ({
  id: 'start',
  columns: ['winnow'],
  rows: [{ label: 'winnow --help', cells: [{ median: help, best: 0.1 }] }],
});
const verdict = (tables: unknown[], what: RegExp) => verdicts(tables).find((one) => what.test(one.what));

describe('the verdicts on a run', () => {
  it("hold the medians against the target, of PyTorch's ways the faster one", () => {
    expect(verdict([steps(500, 1600, 1500)], /^step, dense/)).toMatchObject({ median: 3, best: 4, isReached: true });
    expect(verdict([steps(501, 1600, 1500)], /^step, dense/)).toMatchObject({ isReached: false });
  });
  it('know targets that must not be exceeded', () => {
    expect(verdict([start(0.15)], /help/)).toMatchObject({ median: 0.15, best: 0.1, isReached: true });
    expect(verdict([start(0.16)], /help/)).toMatchObject({ isReached: false });
  });
  it('say nothing of what was not measured', () => {
    const all = verdicts([]);
    expect(all).toHaveLength(TARGETS.length);
    for (const one of all) expect(one).toMatchObject({ median: null, isReached: null });
  });
});

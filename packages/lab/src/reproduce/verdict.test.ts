import { describe, expect, it } from 'vitest';
import { all, compare, compareAccuracies, isLess, isLevel, isMore } from './verdict.js';

describe('a comparison over trials', () => {
  it('is of means; its margin is half the larger range, and never less than the least', () => {
    expect(compare([5, 7], [1, 2, 3], 0.5)).toEqual({ difference: 4, margin: 1 });
    expect(compare([5, 5], [2, 2], 0.5)).toEqual({ difference: 3, margin: 0.5 });
  });

  it('of accuracies knows the standard error of ten thousand images', () => {
    // √(.5 × .5 / 10,000 × 2) for one trial each, √(… × 1) for two.
    expect(compareAccuracies([0.5], [0.5])).toEqual({ difference: 0, margin: Math.sqrt(0.00005) });
    expect(compareAccuracies([0.5, 0.5], [0.5, 0.5])).toEqual({ difference: 0, margin: 0.005 });
  });

  it('is none where nothing was measured', () => {
    expect(compare([], [1], 0)).toBeNull();
    expect(compareAccuracies([0.5], [])).toBeNull();
  });
});

describe('a verdict', () => {
  it.each([
    [2, 'holds', 'does not hold', 'holds'],
    [1, 'undecided', 'undecided', 'holds'],
    [-1, 'undecided', 'undecided', 'holds'],
    [-2, 'does not hold', 'holds', 'does not hold'],
  ] as const)('on a difference of %d where 1 may be chance', (difference, more, less, level) => {
    const comparison = { difference, margin: 1 };
    expect([isMore(comparison), isLess(comparison), isLevel(comparison)]).toEqual([more, less, level]);
  });

  it('is open where nothing was measured', () => {
    expect([isMore(null), isLess(null), isLevel(null), all([])]).toEqual(Array(4).fill('undecided'));
  });

  it('on several things: one failure decides, one doubt leaves it open', () => {
    expect(all(['holds', 'holds'])).toBe('holds');
    expect(all(['holds', 'undecided'])).toBe('undecided');
    expect(all(['undecided', 'does not hold'])).toBe('does not hold');
  });
});

import { describe, expect, it } from 'vitest';
import { cellStart, masksAfter } from '../cells/start.js';
import { masksOf, searchOf, tiny } from '../testing/tiny.js';
import { earlyBirdOf, largestDistance, maskDistance } from './early-bird.js';

const among = masksOf(tiny, [
  [0, 1, 2, 3, 4, 5],
  [0, 1],
]);
const a = masksOf(tiny, [[0, 1, 2], [0]]);
const b = masksOf(tiny, [[0, 3, 4], [0]]);
const c = masksOf(tiny, [[0, 1, 2], [1]]);
const earlyBird = { threshold: 0.1, window: 2, lastLevel: 2 };

describe('the distance of two masks', () => {
  it('is the share of the weights that the round chooses among on which they differ', () => {
    expect(maskDistance(a, a, among)).toBe(0);
    expect(maskDistance(a, b, among)).toBe(4 / 8);
    expect(maskDistance(b, a, among)).toBe(4 / 8);
    expect(maskDistance(a, c, among)).toBe(2 / 8);
    expect(maskDistance(b, c, among)).toBe(6 / 8);
  });
});

describe('the largest distance', () => {
  it('is not known before the window is full, and then of the window alone', () => {
    expect(largestDistance([], a, among, earlyBird)).toBe(null);
    expect(largestDistance([b], a, among, earlyBird)).toBe(null);
    expect(largestDistance([c, b], a, among, earlyBird)).toBe(0.5);
    expect(largestDistance([b, c, a], a, among, earlyBird)).toBe(0.25);
  });
});

describe('the rounds that may stop', () => {
  const cell = (kind: 'dense' | 'ticket' | 'one-shot' | 'reinit', level: number) => ({
    kind,
    level,
    trial: 0,
    replicate: 0,
  });
  it('are all before the last level, which is trained whole, and no controls', () => {
    const search = searchOf({ earlyBird });
    expect(earlyBirdOf(search, cell('dense', 0))).toBe(earlyBird);
    expect(earlyBirdOf(search, cell('ticket', 1))).toBe(earlyBird);
    expect(earlyBirdOf(search, cell('ticket', 2))).toBe(null);
    expect(earlyBirdOf(search, cell('reinit', 1))).toBe(null);
    expect(earlyBirdOf(searchOf({ earlyBird, schedule: 'one-shot' }), cell('one-shot', 1))).toBe(null);
    expect(earlyBirdOf(searchOf(), cell('dense', 0))).toBe(null);
  });

  it.each([
    ['iterative', 1],
    ['one-shot', 2],
  ] as const)('watch the mask from which the search goes on: %s', (schedule, level) => {
    const search = searchOf({ earlyBird, schedule });
    const { masks, start } = cellStart(search, cell('dense', 0), []);
    const trained = {
      masks,
      parameters: start.map(({ weights, biases }) => ({ weights: weights.map((w, i) => w + (i % 3)), biases })),
      snapshots: new Map(),
    };
    const next = { ...cell(schedule === 'iterative' ? 'ticket' : 'one-shot', level) };
    expect(masksAfter(search, cell('dense', 0), trained)).toEqual(cellStart(search, next, [trained]).masks);
  });
});

import { largestPositions, randomStream, UserError, uint32At } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { type Group, scoreFor } from '../criterion.js';
import { criteria, criterionByName, criterionNames } from './index.js';

// Kept sign, changed sign, shrank and changed, stood still, came from 0, went to 0, stayed at 0, kept sign and grew.
const initial = [0.5, -0.5, 2, -1, 0, 0.25, 0, 3];
const final = [1, 1, -0.25, -1, 0.75, 0, 0, 3.5];

const group = (keep: number): Group => ({
  initial: Float32Array.from(initial),
  final: Float32Array.from(final),
  gradient: () => new Float32Array(final.length),
  keep,
  streams: [randomStream({ kind: 'random-order', seed: 3, trial: 0, level: 1, layer: 0 })],
});

function scores(name: string, keep = 3): number[] {
  const score = scoreFor(criterionByName(name), group(keep));
  // + 0 turns −0 into +0: they rank the same.
  return initial.map((value, i) => score({ initial: value, final: final[i], layer: 0, position: i, gradient: 0 }) + 0);
}

const kept = (name: string, keep: number) => [...largestPositions(Float64Array.from(scores(name, keep)), keep)];

describe('criteria, against values by hand', () => {
  it.each([
    ['large-final', [1, 1, 0.25, 1, 0.75, 0, 0, 3.5]],
    ['small-final', [-1, -1, -0.25, -1, -0.75, 0, 0, -3.5]],
    ['large-init', [0.5, 0.5, 2, 1, 0, 0.25, 0, 3]],
    ['small-init', [-0.5, -0.5, -2, -1, 0, -0.25, 0, -3]],
    // |wi| ≥ ½ and |wf| ≥ 1 holds for four, and for two at the next percentile: α = ½ / 1.
    ['large-init-large-final', [0.5, 0.5, 0.125, 0.5, 0, 0, 0, 1.75]],
    // |wi| ≤ ½ and |wf| ≤ ¾ holds for three: α = ½ / ¾.
    ['small-init-small-final', [-0.5 / 0.75, -0.5 / 0.75, -2, -1, -0.5, -0.25, 0, -3]],
    ['magnitude-increase', [0.5, 0.5, -1.75, 0, 0.75, -0.25, 0, 0.5]],
    ['movement', [0.5, 1.5, 2.25, 0, 0.75, 0.25, 0, 0.5]],
    ['large-final-same-sign', [1, 0, 0, 1, 0, 0, 0, 3.5]],
    ['large-final-diff-sign', [0, 1, 0.25, 0, 0.75, 0, 0, 0]],
    ['magnitude-increase-same-sign', [0.5, 0, 0, 0, 0, 0, 0, 0.5]],
    ['magnitude-increase-diff-sign', [0, 0.5, -1.75, 0, 0.75, -0.25, 0, 0]],
  ])('%s', (name, expected) => {
    expect(scores(name)).toEqual(expected);
  });

  it('random scores a weight by the word at its own position, whatever else survives', () => {
    const [stream] = group(3).streams;
    expect(scores('random')).toEqual(initial.map((_, position) => uint32At(stream, position)));
    expect(new Set(scores('random')).size).toBe(initial.length);
  });

  it('of equal scores the lower positions go first', () => {
    expect(kept('large-final', 3)).toEqual([1, 3, 7]);
    expect(kept('small-final', 1)).toEqual([6]);
    expect(kept('large-init-large-final', 3)).toEqual([1, 3, 7]);
    expect(kept('large-final-same-sign', 5)).toEqual([0, 3, 5, 6, 7]);
  });

  it('are found by name, each once', () => {
    expect(new Set(criterionNames).size).toBe(criteria.length);
    for (const criterion of criteria) expect(criterionByName(criterion.name)).toBe(criterion);
  });

  it('an unknown name is answered with the known ones and the nearest', () => {
    expect(() => criterionByName('large-finale')).toThrow(UserError);
    expect(() => criterionByName('large-finale')).toThrow(
      /^There is no criterion "large-finale"\. Did you mean "large-final"\? Known criteria: large-final, small-final, /,
    );
  });
});

import { largestPositions } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Group } from '../criterion.js';
import { alignment } from './alignment.js';

const group = (initial: readonly number[], final: readonly number[], keep: number): Group => ({
  initial: Float32Array.from(initial),
  final: Float32Array.from(final),
  keep,
  streams: [],
  gradient: () => new Float32Array(),
});

const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 }).map(Math.fround);
const anyGroup = fc
  .array(fc.tuple(value, value), { minLength: 1, maxLength: 40 })
  .chain((pairs) => fc.tuple(fc.constant(pairs), fc.integer({ min: 0, max: pairs.length })))
  .map(([pairs, keep]) =>
    group(
      pairs.map(([wi]) => wi),
      pairs.map(([, wf]) => wf),
      keep,
    ),
  );

/** The definition, place by place from the tightest region on: the percentiles of the first that holds enough. */
function percentiles({ initial, final, keep }: Group, region: 'large' | 'small'): [number, number] {
  const absolute = (values: Float32Array) => [...values].map(Math.abs);
  const ascending = (values: Float32Array) => absolute(values).sort((a, b) => a - b);
  const [wi, wf] = [absolute(initial), absolute(final)];
  const pairs = ascending(initial).map((pi, place): [number, number] => [pi, ascending(final)[place]]);
  const inside = ([pi, pf]: [number, number]) =>
    wi.filter((x, i) => (region === 'large' ? x >= pi && wf[i] >= pf : x <= pi && wf[i] <= pf)).length;
  const found = (region === 'large' ? pairs.reverse() : pairs).find((pair) => inside(pair) >= keep);
  if (!found) throw new Error('the widest region holds every weight');
  return found;
}

describe('aligning the percentiles of initial and final values', () => {
  it.each(['large', 'small'] as const)('%s: the ratio is that of the tightest region that holds enough', (region) => {
    fc.assert(
      fc.property(anyGroup, (g) => {
        const [pi, pf] = percentiles(g, region);
        fc.pre(pi > 0 && pf > 0);
        expect(alignment(g, region)).toBe(pi / pf);
      }),
    );
  });

  it('the weights that min(α|wf|, |wi|) keeps lie in that region', () => {
    fc.assert(
      fc.property(anyGroup, (g) => {
        const [pi, pf] = percentiles(g, 'large');
        fc.pre(pi > 0 && pf > 0);
        const alpha = alignment(g, 'large');
        const scores = Float64Array.from(g.initial, (wi, i) => Math.min(alpha * Math.abs(g.final[i]), Math.abs(wi)));
        for (const i of largestPositions(scores, g.keep)) {
          expect(Math.abs(g.initial[i])).toBeGreaterThanOrEqual(pi);
          expect(Math.abs(g.final[i])).toBeGreaterThanOrEqual(pf);
        }
      }),
    );
  });

  it('stays finite and positive where a percentile is 0', () => {
    const zeros = [0, 0, 0];
    const ones = [1, 2, 3];
    expect(alignment(group(ones, zeros, 2), 'large')).toBe(2 ** 280);
    expect(alignment(group(zeros, ones, 2), 'large')).toBe(2 ** -280);
    expect(alignment(group(zeros, zeros, 2), 'large')).toBe(1);
    expect(alignment(group(ones, zeros, 2), 'small')).toBe(2 ** 280);
  });

  it('the held ratios keep the order of every f32', () => {
    const smallest = 2 ** -149;
    const largest = (2 - 2 ** -23) * 2 ** 127;
    expect(2 ** 280 * smallest).toBeGreaterThan(largest);
    expect(2 ** 280 * largest).toBeLessThan(Number.MAX_VALUE);
    expect(2 ** -280 * largest).toBeLessThan(smallest);
    expect(2 ** -280 * smallest).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from 'vitest';
import type { Spread } from '../statistics.js';
import { accuracyByDensity } from './accuracy-by-density.js';
import type { DensityMeasure } from './density-panel.js';
import { earlyStopByDensity } from './early-stop-by-density.js';

const one = (mean: number): Spread => ({ mean, min: mean, max: mean, count: 1 });
const points = (means: readonly (number | null)[]) =>
  means.map((mean, level) => ({ density: 0.5 ** level, spread: mean === null ? null : one(mean) }));

describe('a measure against density', () => {
  it('leaves a gap where nothing was measured, in line and symbols', () => {
    const measure: DensityMeasure = { series: [{ kind: 'ticket', points: points([4, 3, null, 2, 3]) }], dense: 4 };
    const svg = earlyStopByDensity(measure, 'wide')!;
    const [, path] = inFrame(svg).match(/aria-label="line"[^>]*><path d="([^"]+)"/)!;
    expect(path.match(/M/g)).toHaveLength(2);
    expect(symbolsOf(svg)).toBe(4);
  });

  it('says how many values fall under its frame', () => {
    const series = [
      { kind: 'ticket', points: points([0.98, 0.981, 0.982]) },
      { kind: 'random', points: points([0.98, 0.9, 0.5]).slice(1) },
    ] as const;
    const measure: DensityMeasure = { series, dense: 0.98 };
    const nothing: DensityMeasure = { series: [], dense: null };
    const svg = accuracyByDensity({ atEarlyStop: measure, atEnd: nothing }, 'wide')!;
    expect(svg).toContain('↓ 2 values below');
    expect(svg).not.toContain('At the end of training');
    expect(symbolsOf(svg)).toBe(3);
  });

  it('draws a bar only where several trials were run', () => {
    const spread = { mean: 3, min: 2, max: 4, count: 3 };
    const bars = (last: Spread) => {
      const series = [
        {
          kind: 'ticket' as const,
          points: [
            { density: 1, spread: one(4) },
            { density: 0.5, spread: last },
          ],
        },
      ];
      return earlyStopByDensity({ series, dense: null }, 'wide')!.match(/aria-label="rule"/g)?.length ?? 0;
    };
    expect(bars(spread) - bars(one(3))).toBe(1);
  });
});

/** What is drawn after the key and the axes. */
function inFrame(svg: string): string {
  return svg.slice(svg.indexOf('aria-label="frame"'));
}

function symbolsOf(svg: string): number {
  const groups = [...inFrame(svg).matchAll(/aria-label="dot"[^>]*>(.*?)<\/g>/g)].map((match) => match[1]);
  return groups.reduce((sum, group) => sum + (group.match(/<(path|circle) /g)?.length ?? 0), 0);
}

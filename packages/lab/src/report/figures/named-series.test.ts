import { describe, expect, it } from 'vitest';
import type { Spread } from '../statistics.js';
import { namedSeries } from './named-series.js';

const one = (mean: number, range = 0): Spread => ({
  mean,
  min: mean - range,
  max: mean + range,
  count: range === 0 ? 1 : 2,
});
const series = (label: string, means: readonly (number | null)[]) => ({
  label,
  points: means.map((mean, level) => ({ density: 0.8 ** level, spread: mean === null ? null : one(mean, 0.001) })),
});
const panels = [
  {
    title: 'By last value',
    series: [series('large-final', [0.98, 0.983, 0.982, 0.97]), series('random', [0.98, 0.97, 0.9, 0.5])],
  },
  {
    title: 'By first value',
    series: [series('large-final', [0.98, 0.983, 0.982, 0.97]), series('large-init', [0.98, 0.975, null, null])],
  },
];
const of = { name: 'criteria', title: 'Test accuracy by criterion', panels, lowest: 0.92 };

describe('lines of any name against density', () => {
  it.each(['wide', 'narrow'] as const)('%s are as their snapshot', async (layout) => {
    await expect(namedSeries(of, layout)).toMatchFileSnapshot(`snapshots/named-series-${layout}.svg`);
  });

  it('say in each panel how many values lie below, and what they measure', () => {
    const svg = namedSeries({ ...of, measure: 'Right (%)' }, 'wide')!;
    expect(svg.match(/↓ 2 values below/g)).toHaveLength(1);
    expect(svg.match(/Right \(%\)/g)).toHaveLength(2);
  });

  it('leave out lines and panels without numbers; nothing at two densities is no figure', () => {
    const empty = { title: 'Nothing yet', series: [series('movement', [null, null, null, null])] };
    const [first] = panels;
    const mixed = { ...first, series: [...first.series, ...empty.series] };
    const svg = namedSeries({ ...of, panels: [mixed, empty] }, 'wide')!;
    expect(svg).not.toContain('Nothing yet');
    expect(svg).not.toContain('>movement<');
    expect(namedSeries({ ...of, panels: [empty] }, 'wide')).toBeNull();
    expect(namedSeries({ ...of, panels: [{ title: 'One', series: [series('a', [0.98])] }] }, 'wide')).toBeNull();
  });
});

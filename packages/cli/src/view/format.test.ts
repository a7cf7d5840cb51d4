import { describe, expect, it } from 'vitest';
import { bytes, count, duration, percent, points } from './format.js';

describe('numbers for people', () => {
  it('separate thousands', () => expect(count(266_200)).toBe('266,200'));

  it('show fractions as per cent', () => {
    expect(percent(0.0363)).toBe('3.6 %');
    expect(percent(1)).toBe('100.0 %');
    expect(percent(0.98123, 2)).toBe('98.12 %');
  });

  it('show differences in points, with a sign unless they vanish', () => {
    expect(points(0.0021)).toBe('+0.21');
    expect(points(-0.011)).toBe('−1.10');
    expect(points(-0.00001)).toBe('0.00');
    expect(points(0)).toBe('0.00');
  });

  it('show time in the units that matter', () => {
    expect([0, 8.4, 59.6, 60, 200, 3600, 7500, 359_900, 360_000, 4e7].map(duration)).toEqual([
      '0 s',
      '8 s',
      '1 min',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
      '99 h 58 min',
      '4 days',
      '463 days',
    ]);
  });

  it('show bytes in decimal units', () => {
    expect([0, 999, 1000, 9540, 47_040_016, 3e9].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 KB',
      '9.5 KB',
      '47 MB',
      '3.0 GB',
    ]);
  });
});

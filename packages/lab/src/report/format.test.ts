import { describe, expect, it } from 'vitest';
import { accuracyPercent, count, densityNumber, densityPercent, learningSpeed, plural, points } from './format.js';

describe('numbers for readers', () => {
  it.each([
    [1, '100 %'],
    [0.513, '51.3 %'],
    [0.0358, '3.6 %'],
    [0.00996, '1.0 %'],
    [0.0045, '0.45 %'],
    [0.00012, '0.012 %'],
  ])('density %f is %s', (density, text) => {
    expect(densityPercent(density)).toBe(text);
    expect(`${densityNumber(density)} %`).toBe(text);
  });

  it.each([
    [0.002, '+0.2'],
    [-0.011, '−1.1'],
    [0, '±0.0'],
    [-0.0001, '±0.0'],
  ])('a difference of %f is %s points', (difference, text) => expect(points(difference)).toBe(text));

  it.each([
    [5800, 4200, 'learns 1.4 × faster'],
    [4000, 4000, 'learns as fast'],
    [4000, 4100, 'learns as fast'],
    [4000, 5000, 'learns 1.3 × slower'],
  ])('%i dense iterations against %i: %s', (dense, own, text) => expect(learningSpeed(dense, own)).toBe(text));

  it('groups thousands, shows accuracies to a hundredth of a point, and counts nouns', () => {
    expect(count(266_200)).toBe('266,200');
    expect(accuracyPercent(0.9803)).toBe('98.03 %');
    expect([plural(1, 'trial'), plural(3, 'trial')]).toEqual(['1 trial', '3 trials']);
  });
});

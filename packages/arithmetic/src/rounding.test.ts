import { expect, it } from 'vitest';
import { roundedCount } from './rounding.js';

it('a half is rounded up', () => {
  expect(roundedCount(0.5, 3)).toBe(2);
  expect(roundedCount(0.2, 235_200)).toBe(47_040);
  expect(roundedCount(0.1, 4)).toBe(0);
  expect(roundedCount(1, 7)).toBe(7);
  expect(roundedCount(0, 7)).toBe(0);
});

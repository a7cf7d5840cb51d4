import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOfFloat32 } from './bits.js';
import { sigmoidf } from './sigmoid.js';

describe('sigmoidf', () => {
  it('is near 1 ÷ (1 + e⁻ˣ), between 0 and 1, and an f32', () => {
    fc.assert(
      fc.property(fc.float({ min: -80, max: 80, noNaN: true }), (x) => {
        const exact = 1 / (1 + Math.exp(-x));
        expect(Math.abs(sigmoidf(x) / exact - 1)).toBeLessThan(2 ** -21);
        expect(Math.fround(sigmoidf(x))).toBe(sigmoidf(x));
      }),
    );
  });

  it('is ½ at 0, 1 far above, above 0 far below, and passes NaN on', () => {
    expect(sigmoidf(0)).toBe(0.5);
    expect(sigmoidf(100)).toBe(1);
    expect(sigmoidf(-1e30)).toBeGreaterThan(0);
    expect(sigmoidf(Number.NaN)).toBeNaN();
  });

  it('has bits that are fixed for good', () => {
    expect([-10, -1, -0.1, 0.1, 1, 10].map((x) => bitsOfFloat32(sigmoidf(Math.fround(x))).toString(16))).toEqual([
      '383e6997',
      '3e89b2b1',
      '3ef335ec',
      '3f066509',
      '3f3b26a8',
      '3f7ffd06',
    ]);
  });
});

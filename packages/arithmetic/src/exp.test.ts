import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOfFloat32 } from './bits.js';
import { expf, logf } from './exp.js';

/** Distance from an exact f64 value in units of the last place of its f32. */
function ulps(value: number, exact: number): number {
  const ulp = 2 ** (Math.floor(Math.log2(Math.abs(exact))) - 23);
  return Math.abs(value - exact) / ulp;
}

const largest = 2 ** 128 - 2 ** 104;
const float32 = (min: number, max: number) => fc.float({ min, max, noNaN: true });

describe('expf', () => {
  it('is within 2 ulp of eˣ, and an f32', () => {
    fc.assert(
      fc.property(float32(-87, 0), (x) => {
        expect(ulps(expf(x), Math.exp(x))).toBeLessThan(2);
        expect(Math.fround(expf(x))).toBe(expf(x));
      }),
      { numRuns: 20_000 },
    );
  });

  it('is 1 at 0, held below −87, and passes NaN on', () => {
    expect(expf(0)).toBe(1);
    expect(expf(-0)).toBe(1);
    expect(expf(-88)).toBe(expf(-87));
    expect(expf(Number.NEGATIVE_INFINITY)).toBe(expf(-87));
    expect(expf(-87)).toBeGreaterThan(2 ** -126);
    expect(expf(Number.NaN)).toBeNaN();
  });

  it('has bits that are fixed for good', () => {
    const points = [-1e-8, -0.1, -0.34657359, -0.3465736, -0.5, -1, -2, -10, -50, -86.9];
    expect(points.map((x) => bitsOfFloat32(expf(Math.fround(x))).toString(16))).toMatchInlineSnapshot(`
      [
        "3f800000",
        "3f67a36c",
        "3f3504f3",
        "3f3504f3",
        "3f1b4598",
        "3ebc5ab2",
        "3e0a9555",
        "383e6bce",
        "1b692beb",
        "c60f89",
      ]
    `);
  });
});

describe('logf', () => {
  it('is within 2 ulp of log x, and an f32', () => {
    fc.assert(
      fc.property(float32(Math.fround(1.0000001), largest), (x) => {
        expect(ulps(logf(x), Math.log(x))).toBeLessThan(2);
        expect(Math.fround(logf(x))).toBe(logf(x));
      }),
      { numRuns: 20_000 },
    );
  });

  it('is +0 at 1 and finite at the largest f32', () => {
    expect(Object.is(logf(1), 0)).toBe(true);
    expect(logf(largest)).toBe(Math.fround(88.72283905206835));
  });

  it('has bits that are fixed for good', () => {
    const points = [1.0000001, 1.4142134, 1.4142137, 1.5, 2, 2.7182817, 3, 10, 1e4, 1e30];
    expect(points.map((x) => bitsOfFloat32(logf(Math.fround(x))).toString(16))).toMatchInlineSnapshot(`
      [
        "33ffffff",
        "3eb17214",
        "3eb1721a",
        "3ecf991f",
        "3f317218",
        "3f800000",
        "3f8c9f54",
        "40135d8e",
        "41135d8e",
        "428a27b5",
      ]
    `);
  });
});

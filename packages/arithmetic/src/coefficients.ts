const f32 = (...values: readonly number[]): readonly number[] => values.map(Math.fround);

/**
 * The one table of constants behind the f32 exponential and logarithm. The C kernels get it as a generated header and
 * TypeScript reads it here, so both compute with the same bits. Every value is already rounded to f32.
 *
 * The polynomials are those of S. L. Moshier's Cephes library (`expf`, `logf`), highest power first.
 */
export const coefficients = {
  /** Below this the exponential is held, so that its result never leaves the normal numbers. */
  expLowest: -87,
  /** 1.5 · 2²³: adding and subtracting it rounds a small f32 to the nearest integer, ties to even. */
  roundingMagic: 12582912,
  /** 1 / ln 2. */
  log2e: Math.fround(Math.LOG2E),
  /** ln 2 = ln2High + ln2Low. The high part has nine bits, so that its product with a small integer is exact. */
  ln2High: 0.693359375,
  ln2Low: Math.fround(-2.1219444e-4),
  /** Bits of the f32 nearest to √½, where `logf` splits off the exponent. */
  sqrtHalfBits: 0x3f3504f3,
  /** (exp(r) − 1 − r) / r² on |r| ≤ ½ ln 2. */
  expf: f32(1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1),
  /** (log(1 + f) − f + f²/2) / f³ on √½ − 1 ≤ f < √2 − 1. */
  logf: f32(
    7.0376836292e-2,
    -1.151461031e-1,
    1.167699874e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
  ),
} as const;

import { bitsOfFloat32, float32OfBits } from './bits.js';
import { coefficients } from './coefficients.js';

const { expLowest, roundingMagic, log2e, ln2High, ln2Low, sqrtHalfBits } = coefficients;
const [e0, e1, e2, e3, e4, e5] = coefficients.expf;
const [l0, l1, l2, l3, l4, l5, l6, l7, l8] = coefficients.logf;
const round = Math.fround;

/**
 * eˣ for an f32 x ≤ 0, as an f32, within 2 ulp. x is held at −87, so the result is a normal number; NaN stays NaN.
 *
 * A vector kernel does exactly these operations in this order, each multiply and each add rounded to f32 on its own:
 *
 *     x = x < −87 ? −87 : x
 *     t = x · log2e + magic          n = t − magic
 *     r = x − n · ln2High            r = r − n · ln2Low
 *     p = e0;  p = p · r + e1;  …;  p = p · r + e5
 *     p = p · (r · r) + (r + 1)
 *     result = the f32 with the bits bits(p) + (n << 23)
 *
 * In the last line n may be read from the low bits of t: bits(t) << 23 is n << 23.
 */
export function expf(x: number): number {
  const held = Math.max(x, expLowest);
  const t = round(round(held * log2e) + roundingMagic);
  const n = round(t - roundingMagic);
  let r = round(held - round(n * ln2High));
  r = round(r - round(n * ln2Low));
  let p = e0;
  p = round(round(p * r) + e1);
  p = round(round(p * r) + e2);
  p = round(round(p * r) + e3);
  p = round(round(p * r) + e4);
  p = round(round(p * r) + e5);
  p = round(round(p * round(r * r)) + round(r + 1));
  return float32OfBits((bitsOfFloat32(p) + (n << 23)) | 0);
}

/**
 * The natural logarithm of a finite f32 x ≥ 1, as an f32, within 2 ulp.
 *
 * A vector kernel does exactly these operations in this order, each multiply, add and subtract rounded to f32 on its
 * own; i and k are 32-bit integers, >> keeps the sign:
 *
 *     i = bits(x) − sqrtHalfBits     k = i >> 23
 *     m = the f32 with the bits (i & 0x007fffff) + sqrtHalfBits          (√½ ≤ m < √2, x = m · 2ᵏ)
 *     f = m − 1          z = f · f          n = (f32) k
 *     p = l0;  p = p · f + l1;  …;  p = p · f + l8
 *     y = (p · f) · z
 *     y = y + n · ln2Low
 *     y = y − 0.5 · z
 *     result = (f + y) + n · ln2High
 */
export function logf(x: number): number {
  const i = bitsOfFloat32(x) - sqrtHalfBits;
  const n = i >> 23;
  const f = round(float32OfBits((i & 0x007fffff) + sqrtHalfBits) - 1);
  const z = round(f * f);
  let p = l0;
  p = round(round(p * f) + l1);
  p = round(round(p * f) + l2);
  p = round(round(p * f) + l3);
  p = round(round(p * f) + l4);
  p = round(round(p * f) + l5);
  p = round(round(p * f) + l6);
  p = round(round(p * f) + l7);
  p = round(round(p * f) + l8);
  let y = round(round(p * f) * z);
  y = round(y + round(n * ln2Low));
  y = round(y - round(0.5 * z));
  return round(round(f + y) + round(n * ln2High));
}

import { expf } from './exp.js';

const round = Math.fround;

/**
 * 1 ÷ (1 + e⁻ˣ) of an f32, as an f32: with e = exp(−|x|) and q = 1 ÷ (1 + e), it is q from 0 on and e · q below.
 * Each operation is rounded to f32 on its own (docs/arithmetic.md, "Supermasks"). NaN stays NaN.
 */
export function sigmoidf(x: number): number {
  const e = expf(-Math.abs(x));
  const q = round(1 / round(1 + e));
  return x < 0 ? round(e * q) : q;
}

// Scratch for reading a number's bits: written and read inside one call, it carries nothing from call to call.
const float64 = new Float64Array(1);
const words = new Int32Array(float64.buffer);

/** ln 2 = LN2_HIGH + LN2_LOW. The high part ends in 32 zero bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Upper word of the f64 √½, where the exponent is split off. */
const SQRT_HALF_UPPER = 0x3fe6a09e;

/**
 * The natural logarithm of a normal f64 x > 0, within 2 ulp, by + − × ÷ alone: the same bits on every machine.
 * x = 2ᵏ · m with √½ ≤ m < √2; log m = 2 artanh s = 2s (1 + s²/3 + s⁴/5 + …) with s = (m − 1) / (m + 1).
 */
export function log64(x: number): number {
  float64[0] = x;
  const upper = words[1] - SQRT_HALF_UPPER;
  const k = upper >> 20;
  words[1] = (upper & 0x000fffff) + SQRT_HALF_UPPER;
  const f = float64[0] - 1;
  const s = f / (f + 2);
  const z = s * s;
  let series = 1 / 25;
  series = series * z + 1 / 23;
  series = series * z + 1 / 21;
  series = series * z + 1 / 19;
  series = series * z + 1 / 17;
  series = series * z + 1 / 15;
  series = series * z + 1 / 13;
  series = series * z + 1 / 11;
  series = series * z + 1 / 9;
  series = series * z + 1 / 7;
  series = series * z + 1 / 5;
  series = series * z + 1 / 3;
  // 2s = f − s·f, whose large part f is exact.
  const tail = s * (2 * z * series - f);
  return k * LN2_HIGH + (f + (tail + k * LN2_LOW));
}

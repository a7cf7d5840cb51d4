import { bitsOfFloat32, float32OfBits } from '@winnow/arithmetic';

/** The value of a half-precision float's 16 bits (IEEE 754 binary16). */
export function valueOfFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return (sign * fraction) / 0x100_0000;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * float32OfBits(((exponent + 112) << 23) | (fraction << 13));
}

/** The 16 bits of the half-precision float nearest to x, ties to even. Beyond ±65,504 it is an infinity. */
export function float16Of(x: number): number {
  const bits = bitsOfFloat32(x);
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.abs(Math.fround(x));
  if (size >= 65520) return sign | 0x7c00;
  // Below 2⁻¹⁴ floats are whole numbers of 2⁻²⁴; the carry of rounding into the smallest normal one is right as it is.
  if (size < 1 / 16384) return sign | roundedToEven(size * 0x100_0000);
  const above = bits & 0x7fff_ffff;
  return sign | (((above + 0xfff + ((above >>> 13) & 1)) >>> 13) - (112 << 10));
}

function roundedToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

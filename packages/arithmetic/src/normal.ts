import { fillBlock } from './draws.js';
import { log64 } from './log.js';
import type { Stream } from './packed-stream.js';

/**
 * Standard deviation of a standard normal cut at ±2. Keras' truncated initialisers divide by it, so that what is drawn
 * has the standard deviation that was asked for (`VarianceScaling`, `GlorotNormal`).
 */
export const TRUNCATED_DEVIATION = 0.8796256610342398;

/** Φ(2) − Φ(−2): the mass of the standard normal within two standard deviations. */
const MASS_WITHIN_TWO = 0.9544997361036416;

/**
 * A uniform draw about 0 from two random words: odd multiples of 2⁻⁵³ in (−½, ½), exact, symmetric and never 0.
 * With ½ added it is the 53-bit uniform on (0, 1) whose last bit is always 1, so that it is never 0 nor 1.
 */
function centredUniform(upper: number, lower: number): number {
  const half = 0x10_0000_0000_0000; // 2⁵²
  return (2 * ((upper >>> 6) * 0x400_0000 + (lower >>> 6)) + 1 - half) / (2 * half);
}

/**
 * The standard normal's quantile at ½ + q, for |q| < ½, in f64, to about 1 part in 10¹⁶.
 * Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37, 1988. The logarithm is `log64`, so every bit is fixed.
 */
export function inverseNormal(q: number): number {
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * numeratorCentral(r)) / denominatorCentral(r);
  }
  const r = Math.sqrt(-log64(0.5 - Math.abs(q)));
  const tail = r <= 5 ? middleTail(r - 1.6) : farTail(r - 5);
  return q < 0 ? -tail : tail;
}

function numeratorCentral(r: number): number {
  let p = 2509.0809287301227;
  p = p * r + 33430.57558358813;
  p = p * r + 67265.7709270087;
  p = p * r + 45921.95393154987;
  p = p * r + 13731.69376550946;
  p = p * r + 1971.5909503065513;
  p = p * r + 133.14166789178438;
  return p * r + 3.3871328727963665;
}

function denominatorCentral(r: number): number {
  let p = 5226.495278852854;
  p = p * r + 28729.085735721943;
  p = p * r + 39307.89580009271;
  p = p * r + 21213.794301586597;
  p = p * r + 5394.196021424751;
  p = p * r + 687.1870074920579;
  p = p * r + 42.31333070160091;
  return p * r + 1;
}

function middleTail(r: number): number {
  let p = 0.0007745450142783414;
  p = p * r + 0.022723844989269184;
  p = p * r + 0.2417807251774506;
  p = p * r + 1.2704582524523684;
  p = p * r + 3.6478483247632045;
  p = p * r + 5.769497221460691;
  p = p * r + 4.630337846156546;
  p = p * r + 1.4234371107496835;
  let d = 1.0507500716444169e-9;
  d = d * r + 0.0005475938084995345;
  d = d * r + 0.015198666563616457;
  d = d * r + 0.14810397642748008;
  d = d * r + 0.6897673349851;
  d = d * r + 1.6763848301838038;
  d = d * r + 2.053191626637759;
  d = d * r + 1;
  return p / d;
}

function farTail(r: number): number {
  let p = 2.0103343992922881e-7;
  p = p * r + 0.000027115555687434876;
  p = p * r + 0.0012426609473880784;
  p = p * r + 0.026532189526576124;
  p = p * r + 0.29656057182850487;
  p = p * r + 1.7848265399172913;
  p = p * r + 5.463784911164114;
  p = p * r + 6.657904643501103;
  let d = 2.0442631033899397e-15;
  d = d * r + 1.421511758316446e-7;
  d = d * r + 0.000018463183175100548;
  d = d * r + 0.0007868691311456133;
  d = d * r + 0.014875361290850615;
  d = d * r + 0.1369298809227358;
  d = d * r + 0.599832206555888;
  d = d * r + 1;
  return p / d;
}

/** Standard normal draws, f32; element i belongs to position i of the stream, whatever the count. */
export function normals(stream: Stream, count: number): Float32Array {
  return draw(stream, count, inverseNormal);
}

/** Standard normal draws cut at ±2, by the quantile of the cut distribution; not rescaled (see `TRUNCATED_DEVIATION`). */
export function truncatedNormals(stream: Stream, count: number): Float32Array {
  return draw(stream, count, (q) => inverseNormal(q * MASS_WITHIN_TWO));
}

/** Uniform draws from (−1, 1), rounded to f32, never 0; element i belongs to position i of the stream. */
export function uniforms(stream: Stream, count: number): Float32Array {
  return draw(stream, count, (q) => 2 * q);
}

/** Two draws from each block of four words: position 2i from words 0 and 1, position 2i + 1 from words 2 and 3. */
function draw(stream: Stream, count: number, quantile: (q: number) => number): Float32Array {
  const values = new Float32Array(count);
  const block = new Uint32Array(4);
  for (let i = 0; i < count; i += 2) {
    fillBlock(stream, i >>> 1, block);
    values[i] = quantile(centredUniform(block[0], block[1]));
    if (i + 1 < count) values[i + 1] = quantile(centredUniform(block[2], block[3]));
  }
  return values;
}

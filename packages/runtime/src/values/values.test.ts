import { bitsOfFloat32, float32OfBits } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitReader } from '../coder/bit-reader.js';
import { bitWriter } from '../coder/bit-writer.js';
import { float16Of, valueOfFloat16 } from './float16.js';
import { negativeLevels, type ValueCode } from './value-code.js';
import { type ValueHint, valueCoder } from './value-coder.js';

const anyHint = fc.record({
  output: fc.nat(3),
  start: fc.double({ min: -4, max: 4, noNaN: true }),
  near: fc.double({ min: -9, max: 9, noNaN: true }),
  far: fc.double({ min: -9, max: 9, noNaN: true }),
  pull: fc.double({ min: -9, max: 9, noNaN: true }),
});

function bothWays(code: ValueCode, values: readonly number[], hints: readonly ValueHint[]) {
  const writer = bitWriter();
  const write = valueCoder(code, writer.code);
  const said = values.map((value, i) => write(value, hints[i % hints.length]));
  const bytes = writer.finish();
  const read = valueCoder(code, bitReader(bytes));
  return { said, bytes, found: values.map((_, i) => read(0, hints[i % hints.length])) };
}

const bits = (values: readonly number[]): readonly number[] => values.map(bitsOfFloat32);

describe('values of survivors', () => {
  it('come back as levels, whatever the levels and the hints', () => {
    const anyLevels = fc
      .uniqueArray(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 12 })
      .map((levels) => Float32Array.from(levels.sort((a, b) => a - b)));
    fc.assert(
      fc.property(
        anyLevels,
        fc.array(fc.nat(11), { maxLength: 60 }),
        fc.array(anyHint, { minLength: 1 }),
        (levels, places, hints) => {
          const values = places.map((place) => levels[place % levels.length]);
          const { said, found } = bothWays({ kind: 'levels', levels }, values, hints);
          expect(said).toEqual(values);
          expect(found).toEqual(values);
        },
      ),
    );
  });

  it.each([16, 32] as const)('come back as floats of %i bits, but −0 as +0', (width) => {
    const anyValue = fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .map((x) => (width === 16 ? valueOfFloat16(float16Of(x)) : x) + 0);
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 40 }), fc.array(anyHint, { minLength: 1 }), (values, hints) => {
        const { said, found } = bothWays({ kind: 'float', bits: width }, values, hints);
        expect(bits(said)).toEqual(bits(values));
        expect(bits(found)).toEqual(bits(values));
      }),
    );
  });

  it('cost little where the start value tells the sign', () => {
    const levels = Float32Array.of(-1, 1);
    const values = Array.from({ length: 2000 }, (_, i) => ((i * i) % 7 > 3 ? 1 : -1));
    const blind = { output: 0, start: 0, near: 0, far: 0, pull: 0 };
    const told = bothWays(
      { kind: 'levels', levels },
      values,
      values.map((value) => ({ ...blind, start: 1.5 * value })),
    );
    const untold = bothWays({ kind: 'levels', levels }, values, [blind]);
    expect(told.found).toEqual(values);
    expect(told.bytes.length).toBeLessThan(untold.bytes.length / 4);
  });

  it('of one sign, and of one level, take no bit for what is known', () => {
    expect(
      bothWays({ kind: 'levels', levels: Float32Array.of(0.5) }, new Array(50).fill(0.5), [noHint]).bytes.length,
    ).toBe(0);
    expect(negativeLevels(Float32Array.of(-2, -1, 3))).toBe(2);
    expect(negativeLevels(Float32Array.of(1))).toBe(0);
  });
});

const noHint: ValueHint = { output: 0, start: 0, near: 0, far: 0, pull: 0 };

describe('half precision', () => {
  it('gives back all 65,536 of its numbers', () => {
    for (let half = 0; half < 0x1_0000; half++) {
      const value = valueOfFloat16(half);
      if (Number.isNaN(value)) continue;
      if (half !== 0x8000) expect(float16Of(value)).toBe(half);
    }
  });

  it('takes the nearest, to even on ties', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x477f_efff }), fc.boolean(), (bitsOf, isNegative) => {
        const x = float32OfBits(bitsOf) * (isNegative ? -1 : 1);
        const half = float16Of(x);
        const error = Math.abs(valueOfFloat16(half) - x);
        for (const other of [half - 1, half + 1]) {
          if ((other & 0x7fff) >= 0x7c00 || ((other ^ half) & 0x8000) !== 0) continue;
          const otherError = Math.abs(valueOfFloat16(other) - x);
          expect(otherError > error || (otherError === error && half % 2 === 0)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
    expect([1e9, -1e9].map(float16Of)).toEqual([0x7c00, 0xfc00]);
  });
});

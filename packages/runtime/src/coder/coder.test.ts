import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitReader } from './bit-reader.js';
import { bitWriter } from './bit-writer.js';
import { codable, divided, ONE } from './interval.js';

interface Coded {
  readonly probability: number;
  readonly bit: number;
}

const anyProbability = fc.oneof(fc.integer({ min: 1, max: ONE - 1 }), fc.constantFrom(1, ONE / 2, ONE - 1));
const anyBits = fc.array(fc.record({ probability: anyProbability, bit: fc.nat(1) }), { maxLength: 400 });

function written(bits: readonly Coded[]): Uint8Array {
  const writer = bitWriter();
  for (const { probability, bit } of bits) expect(writer.code(probability, bit)).toBe(bit);
  return writer.finish();
}

/** Reads with the same probabilities; the given bits must not matter. */
function read(bits: readonly Coded[], bytes: Uint8Array): readonly number[] {
  const reader = bitReader(bytes);
  return bits.map(({ probability, bit }) => reader(probability, 1 - bit));
}

describe('arithmetic coding', () => {
  it('gives back any bits of any probabilities', () => {
    fc.assert(
      fc.property(anyBits, (bits) => {
        expect(read(bits, written(bits))).toEqual(bits.map(({ bit }) => bit));
      }),
      { numRuns: 500 },
    );
  });

  it('takes the bits that the probabilities are worth, and at most 3 bytes more', () => {
    fc.assert(
      fc.property(anyBits, (bits) => {
        const worth = bits.reduce(
          (sum, { probability, bit }) => sum - Math.log2((bit === 1 ? probability : ONE - probability) / ONE),
          0,
        );
        // An interval of at least 2²⁴ places is divided to within one of them.
        expect(8 * written(bits).length).toBeLessThan(worth * (1 + 2 ** -7) + 24);
      }),
      { numRuns: 500 },
    );
  });

  it('carries through bytes of 255, and drops the zeros at its end', () => {
    // A most likely 0 each time moves the interval to its very end, so that the bytes are 255 until a 1 settles them.
    const ends = Array.from({ length: 3000 }, (_, i) => ({ probability: 1 + (i % 3), bit: 0 }));
    const bits = [...ends, { probability: ONE - 1, bit: 0 }, { probability: ONE / 2, bit: 1 }];
    const bytes = written(bits);
    expect(bytes.at(-1)).not.toBe(0);
    expect(read(bits, bytes)).toEqual(bits.map(({ bit }) => bit));
    expect(written(Array.from({ length: 50 }, () => ({ probability: ONE / 2, bit: 1 }))).length).toBe(0);
  });

  it('reads any bytes as some bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), anyBits, (bytes, bits) => {
        const found = read(bits, bytes);
        expect(found.every((bit) => bit === 0 || bit === 1)).toBe(true);
        const again = written(bits.map(({ probability }, i) => ({ probability, bit: found[i] })));
        expect(read(bits, again)).toEqual(found);
      }),
    );
  });

  it('leaves room for either bit', () => {
    expect([0, 1e-9, 0.5, 1 - 1e-9, 1].map(codable)).toEqual([1, 1, ONE / 2, ONE - 1, ONE - 1]);
    expect([divided(0x0100_0000, 1), divided(0xffff_ffff, ONE - 1)]).toEqual([256, 0xfffe_ffff]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  andMask,
  countOnes,
  emptyMask,
  fullMask,
  isFull,
  maskFromBytes,
  maskFromIndices,
  maskFromPredicate,
  maskHas,
  maskIndices,
  masksEqual,
} from './mask.js';

const bits = fc.array(fc.boolean(), { maxLength: 200 });
const maskOf = (survives: readonly boolean[]) => maskFromPredicate(survives.length, (i) => survives[i]);

describe('a mask', () => {
  it('holds one bit a weight, lowest first, with zeros after the last', () => {
    expect(maskFromIndices(11, [10, 0, 9]).bytes).toEqual(Uint8Array.of(0b1, 0b110));
    expect(fullMask(11).bytes).toEqual(Uint8Array.of(0xff, 0b111));
    expect(emptyMask(11).bytes).toEqual(Uint8Array.of(0, 0));
    expect(fullMask(16).bytes).toEqual(Uint8Array.of(0xff, 0xff));
    expect(fullMask(0).bytes).toHaveLength(0);
  });

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(bits, (survives) => {
        const mask = maskOf(survives);
        const indices = survives.flatMap((bit, i) => (bit ? [i] : []));
        expect(survives.map((_, i) => maskHas(mask, i))).toEqual(survives);
        expect([...maskIndices(mask)]).toEqual(indices);
        expect(countOnes(mask)).toBe(indices.length);
        expect(masksEqual(maskFromIndices(survives.length, indices), mask)).toBe(true);
        expect(masksEqual(maskFromBytes(survives.length, mask.bytes), mask)).toBe(true);
        expect(isFull(mask)).toBe(indices.length === survives.length);
      }),
    );
  });

  it('counts and lists every bit of every byte', () => {
    const mask = maskFromBytes(
      2048,
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
    );
    expect(countOnes(mask)).toBe(1024);
    expect(maskIndices(mask).every((i) => maskHas(mask, i))).toBe(true);
    expect(maskIndices(mask)).toHaveLength(1024);
  });

  it('differs from one of another length or with another bit', () => {
    expect(masksEqual(fullMask(8), fullMask(8))).toBe(true);
    expect(masksEqual(emptyMask(8), emptyMask(7))).toBe(false);
    expect(masksEqual(fullMask(8), maskFromIndices(8, [0, 1, 2, 3, 4, 5, 6]))).toBe(false);
  });

  it('meets another in what survives in both', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean())), (pairs) => {
        const both = andMask(maskOf(pairs.map(([a]) => a)), maskOf(pairs.map(([, b]) => b)));
        expect(masksEqual(both, maskOf(pairs.map(([a, b]) => a && b)))).toBe(true);
      }),
    );
    expect(() => andMask(fullMask(3), fullMask(4))).toThrow('masks of 3 and 4 bits cannot be combined');
  });

  it('refuses positions and bits outside of it', () => {
    expect(() => maskFromIndices(8, [8])).toThrow('position 8 is outside a mask of 8 bits');
    expect(() => maskFromIndices(8, [-1])).toThrow(RangeError);
    expect(() => maskFromBytes(9, Uint8Array.of(0))).toThrow('a mask of 9 bits takes 2 bytes, not 1');
    expect(() => maskFromBytes(9, Uint8Array.of(0, 2))).toThrow('bits set beyond its end');
  });
});

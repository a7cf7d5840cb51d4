import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multiplyHigh, philox } from './philox.js';

/** The same by its definition, in big integers. */
function philoxByDefinition(counter: readonly number[], key: readonly number[]): number[] {
  let [x0, x1, x2, x3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  const word = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * x0;
    const p1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & word, (p0 >> 32n) ^ x3 ^ k1, p0 & word];
    k0 = (k0 + 0x9e3779b9n) & word;
    k1 = (k1 + 0xbb67ae85n) & word;
  }
  return [x0, x1, x2, x3].map(Number);
}

function block([c0, c1, c2, c3]: readonly number[], [k0, k1]: readonly number[]): number[] {
  const out = new Uint32Array(4);
  philox(c0, c1, c2, c3, k0, k1, out);
  return [...out];
}

const word = fc.integer({ min: 0, max: 0xffffffff });

describe('Philox 4×32-10', () => {
  it.each([
    // Known answers published with Random123.
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the known answer for counter %j under key %j', (counter, key, answer) => {
    expect(block(counter, key)).toEqual(answer);
  });

  it('agrees with its definition for every counter and key', () => {
    const counters = fc.tuple(word, word, word, word);
    fc.assert(
      fc.property(counters, fc.tuple(word, word), (counter, key) => {
        expect(block(counter, key)).toEqual(philoxByDefinition(counter, key));
      }),
    );
  });
});

it('the upper half of a product is exact', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(BigInt(multiplyHigh(a, b) >>> 0)).toBe((BigInt(a) * BigInt(b)) >> 32n);
    }),
  );
});

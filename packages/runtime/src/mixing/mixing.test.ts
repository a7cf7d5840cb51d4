import { randomStream, uint32At } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ONE } from '../coder/interval.js';
import { bin, held } from './bins.js';
import { contextMixer } from './context-mixer.js';
import { squash, stretch } from './logistic.js';

const design = { contexts: [1, 4], numbers: 1, weights: [0.5, 0.5, 0, 0], rate: 0.01 };

/** Bits whose probability of a 1 is `shares[context]`, in turn: what the mixer would take for them at last, in bits each. */
function costs(shares: readonly number[], bits: number, mixer = contextMixer(design)): number {
  const stream = randomStream({ kind: 'split', seed: 3 });
  let cost = 0;
  let counted = 0;
  for (let i = 0; i < bits; i++) {
    mixer.context[1] = i % shares.length;
    const bit = uint32At(stream, i) < shares[i % shares.length] * 0x1_0000_0000 ? 1 : 0;
    mixer.code((probability, given) => {
      expect(Number.isInteger(probability) && probability > 0 && probability < ONE).toBe(true);
      return given;
    }, bit);
    if (i < bits / 2) continue;
    cost -= Math.log2(bit === 1 ? mixer.predicted : 1 - mixer.predicted);
    counted++;
  }
  return cost / counted;
}

const entropy = (p: number): number => -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);

describe('bins', () => {
  it('hold whatever lies beyond in the first and the last', () => {
    expect([-9, -1, -0.6, 0, 0.9, 9].map((x) => bin(x, -1, 0.5, 4))).toEqual([0, 0, 0, 2, 3, 3]);
    expect([-5, -1, 0.25, 3].map((x) => held(x, 2))).toEqual([-2, -1, 0.25, 2]);
  });
});

describe('squash', () => {
  it('is the logistic function to a millionth, and undoes stretch', () => {
    fc.assert(
      fc.property(fc.double({ min: -12, max: 12, noNaN: true }), (x) => {
        expect(Math.abs(squash(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(1e-6);
        expect(stretch(squash(x))).toBeCloseTo(x, 5);
      }),
    );
    expect(squash(1e9)).toBe(squash(12));
  });
});

describe('a mixer of contexts', () => {
  it('learns what each context says, to a few percent of the entropy', () => {
    const shares = [0.02, 0.9, 0.3, 0.6];
    const ideal = shares.reduce((sum, p) => sum + entropy(p), 0) / shares.length;
    expect(costs(shares, 8000)).toBeLessThan(1.06 * ideal);
    // Without contexts the bits look like those of the mean share.
    expect(1.06 * ideal).toBeLessThan(entropy(shares.reduce((a, b) => a + b) / 4));
  });

  it('learns to trust a number that tells the bit', () => {
    const mixer = contextMixer(design);
    let cost = 0;
    for (let i = 0; i < 4000; i++) {
      const bit = uint32At(randomStream({ kind: 'split', seed: 4 }), i) & 1;
      mixer.numbers[0] = bit === 1 ? 2 : -2;
      mixer.code((_, given) => given, bit);
      if (i >= 3000) cost -= Math.log2(bit === 1 ? mixer.predicted : 1 - mixer.predicted);
    }
    expect(cost / 1000).toBeLessThan(0.1);
    expect(mixer.weights[2]).toBeGreaterThan(0.5);
  });

  it('says the same in both directions, step by step', () => {
    const [one, other] = [contextMixer(design), contextMixer(design)];
    for (let i = 0; i < 500; i++) {
      const bit = (i * i) % 3 === 0 ? 1 : 0;
      one.context[1] = other.context[1] = i % 4;
      one.code((_, given) => given, bit);
      other.code(() => bit, 1 - bit);
      expect(other.predicted).toBe(one.predicted);
    }
  });
});

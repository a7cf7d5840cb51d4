import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.js';
import { bernoulli, fillUint32, permutation, uint32At } from './draws.js';
import { randomStream } from './streams.js';

const stream = randomStream({ kind: 'data-order', seed: 20190306, trial: 1, epoch: 2 });

describe('draws', () => {
  it('a filled run holds the words of its positions, wherever it starts', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(20), (first, count) => {
        const words = new Uint32Array(count);
        fillUint32(stream, words, first);
        expect([...words]).toEqual([...words.keys()].map((i) => uint32At(stream, first + i)));
      }),
    );
  });

  it('the highest position has a word of its own', () => {
    expect(uint32At(stream, 0xffffffff)).not.toBe(uint32At(stream, 0x7fffffff));
  });

  it('a bit is 1 where the word is below floor(p · 2³²): never at 0, always at 1', () => {
    expect(bernoulli(stream, 0, 100).every((bit) => bit === 0)).toBe(true);
    expect(bernoulli(stream, 1, 100).every((bit) => bit === 1)).toBe(true);
    const word = uint32At(stream, 5);
    expect(bernoulli(stream, word / 2 ** 32, 6)[5]).toBe(0);
    expect(bernoulli(stream, (word + 1) / 2 ** 32, 6)[5]).toBe(1);
    expect(() => bernoulli(stream, 1.5, 1)).toThrow('a probability must be from 0 to 1, not 1.5');
  });

  it('a permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(500), (count) => {
        expect([...permutation(stream, count)].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
      }),
    );
  });

  it('every order of three comes up about equally often', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = permutation(randomStream({ kind: 'data-order', seed: 3, trial: 0, epoch }), 3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('the order of the 55,000 images of an epoch is fixed for good', () => {
    expect(digestOf([permutation(stream, 55_000)])).toMatchInlineSnapshot(
      `"aaaf3084f39b997e5302387ff54a547f2a3134587a7595cc8df13f8e2df3f43a"`,
    );
  });
});

import { digestOf, UserError } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPerClass } from './dataset.js';
import { shares, splitDataSet } from './split.js';
import { labelled } from './testing/small-data.js';

const data = labelled(
  Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 2 : i % 2)),
  3,
);
/** How many of the images at these positions each class has. */
function perClass(positions: Uint32Array): readonly number[] {
  const labels = Uint8Array.from(positions, (i) => data.train.labels[i]);
  return countPerClass({ count: labels.length, images: labels, labels }, 3);
}

describe('a split', () => {
  it('puts every training image on one side, ascending, and the asked number into validation', () => {
    const cases = fc.record({
      seed: fc.maxSafeNat(),
      validation: fc.integer({ min: 1, max: 999 }),
      stratified: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, (options) => {
        const { train, validation } = splitDataSet(data, options);
        expect(validation).toHaveLength(options.validation);
        expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
        for (const side of [train, validation]) expect([...side]).toEqual([...side].sort((a, b) => a - b));
      }),
    );
  });

  it('is decided by the seed alone, for good', () => {
    const digests = [1, 2].flatMap((seed) =>
      [false, true].map((stratified) =>
        digestOf([splitDataSet(data, { seed, validation: 100, stratified }).validation]),
      ),
    );
    expect(new Set(digests).size).toBe(4);
    expect(digests).toMatchInlineSnapshot(`
      [
        "91ebec3e58d61da87f6261935f3022212dc2de3eb23064d2a45a66df16ea06a3",
        "87bfa0df22c04f75a6b32d133d7db9340303189fec9680c81db6f3270a413d84",
        "ffe2bfdbf32aea14fe2f94b51930f25cc5a045f301cc9b791d0681c0d008cf2a",
        "1720bc1a6a3e75291cab2ffe1a066b2440ff9181843ad9f761c0b990b8cf17ac",
      ]
    `);
  });

  it('stratified, gives each class its share', () => {
    const { validation } = splitDataSet(data, { seed: 5, validation: 100, stratified: true });
    expect(countPerClass(data.train, 3)).toEqual([400, 500, 100]);
    expect(perClass(validation)).toEqual([40, 50, 10]);
  });

  it('unstratified, holds every image back equally often', () => {
    const held = new Array<number>(1000).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      for (const i of splitDataSet(data, { seed, validation: 500, stratified: false }).validation) held[i]++;
    }
    expect(Math.min(...held)).toBeGreaterThan(150);
    expect(Math.max(...held)).toBeLessThan(250);
  });

  it.each([0, -1, 1000, 1001, 0.5, Number.NaN])('with %d of 1,000 images for validation is refused', (validation) => {
    expect(() => splitDataSet(data, { seed: 1, validation, stratified: false })).toThrow(UserError);
    expect(() => splitDataSet(data, { seed: 1, validation, stratified: false })).toThrow('from 1 to 999.');
  });
});

describe('shares', () => {
  it('go to the largest remainders, the first group on ties', () => {
    expect(shares([1, 1, 1], 2)).toEqual([1, 1, 0]);
    expect(shares([10, 10, 10, 10], 6)).toEqual([2, 2, 1, 1]);
    expect(shares([5, 3, 2], 9)).toEqual([4, 3, 2]);
    expect(shares([0, 7], 3)).toEqual([0, 3]);
  });

  it('add up, and are within one of the exact share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(10_000), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sizes, part) => {
          const sum = sizes.reduce((a, b) => a + b, 0);
          fc.pre(sum > 0);
          const total = Math.floor(part * sum);
          const places = shares(sizes, total);
          expect(places.reduce((a, b) => a + b, 0)).toBe(total);
          for (const [i, size] of sizes.entries()) expect(Math.abs(places[i] - (size * total) / sum)).toBeLessThan(1);
        },
      ),
    );
  });
});

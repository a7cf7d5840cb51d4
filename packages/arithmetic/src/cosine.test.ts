import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cosineHalf } from './cosine.js';

it('is (1 + cos πt) / 2 to within 1e-15', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (t) => {
      expect(Math.abs(cosineHalf(t) - (1 + Math.cos(Math.PI * t)) / 2)).toBeLessThan(1e-15);
    }),
    { numRuns: 5000 },
  );
});

it('starts at 1, ends at 0 and falls all the way', () => {
  expect(cosineHalf(0)).toBe(1);
  expect(cosineHalf(1)).toBe(0);
  for (let i = 0; i < 50_000; i++) expect(cosineHalf((i + 1) / 50_000)).toBeLessThanOrEqual(cosineHalf(i / 50_000));
});

it('has bits that are fixed for good', () => {
  expect([0.1, 0.25, 0.5, 0.75, 0.9].map(cosineHalf)).toMatchInlineSnapshot(`
    [
      0.9755282581475768,
      0.8535533905932737,
      0.5000000000000001,
      0.14644660940672624,
      0.024471741852423207,
    ]
  `);
});

it.each([-0.1, 1.1, Number.NaN])('is refused at %d', (t) => {
  expect(() => cosineHalf(t)).toThrow(RangeError);
});

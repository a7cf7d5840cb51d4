import fc from 'fast-check';
import { expect, it } from 'vitest';
import { log64 } from './log.js';

it('is within 2 ulp of the natural logarithm', () => {
  fc.assert(
    fc.property(fc.double({ min: 2 ** -1022, noNaN: true, noDefaultInfinity: true }), (x) => {
      const exact = Math.log(x);
      const ulp = 2 ** (Math.floor(Math.log2(Math.abs(exact) || 1)) - 52);
      expect(Math.abs(log64(x) - exact)).toBeLessThanOrEqual(2 * ulp);
    }),
    { numRuns: 20_000 },
  );
});

it('has bits that are fixed for good', () => {
  expect([1, 2, 0.5, 0.075, 2 ** -53, Math.SQRT1_2, 10].map(log64)).toMatchInlineSnapshot(`
    [
      0,
      0.6931471805599453,
      -0.6931471805599453,
      -2.5902671654458267,
      -36.7368005696771,
      -0.3465735902799726,
      2.302585092994046,
    ]
  `);
});

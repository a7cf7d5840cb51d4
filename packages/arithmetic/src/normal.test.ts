import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.js';
import { inverseNormal, normals, TRUNCATED_DEVIATION, truncatedNormals, uniforms } from './normal.js';
import { randomStream } from './streams.js';

const stream = randomStream({ kind: 'initial-values', seed: 1, trial: 0, layer: 0 });

/** Mean of f over the values. */
function mean(values: Float32Array, f: (x: number) => number): number {
  let sum = 0;
  for (const x of values) sum += f(x);
  return sum / values.length;
}

describe('the normal quantile', () => {
  it.each([
    // From its definition, in 60 digits: upper tails of 2⁻ᵏ. The three polynomials meet between k = 3 and 5, and at 36.
    [2, 0.6744897501960817],
    [3, 1.150349380376008],
    [5, 1.8627318674216515],
    [10, 3.0972690781987846],
    [20, 4.7630010342678135],
    [30, 6.009353565530744],
    [40, 7.047700256664409],
    [53, 8.209536151601387],
  ])('at an upper tail of 2^−%d is %d', (k, quantile) => {
    const q = 0.5 - 2 ** -k;
    expect(Math.abs(inverseNormal(q) - quantile)).toBeLessThan(1e-15 * quantile);
    expect(inverseNormal(-q)).toBe(-inverseNormal(q));
  });

  it('rises across the borders between its polynomials', () => {
    for (const border of [0.425, 0.5 - 1.3887943864964021e-11]) {
      expect(inverseNormal(border - 1e-13)).toBeLessThan(inverseNormal(border + 1e-13));
      expect(inverseNormal(border + 1e-13) - inverseNormal(border - 1e-13)).toBeLessThan(0.01);
    }
  });
});

describe('normal draws', () => {
  const draws = normals(stream, 266_200);

  it('have the moments of a standard normal', () => {
    expect(Math.abs(mean(draws, (x) => x))).toBeLessThan(0.01);
    expect(Math.abs(mean(draws, (x) => x * x) - 1)).toBeLessThan(0.01);
    expect(Math.abs(mean(draws, (x) => x * x * x))).toBeLessThan(0.03);
    expect(Math.abs(mean(draws, (x) => x ** 4) - 3)).toBeLessThan(0.06);
    expect(Math.abs(mean(draws, (x) => (Math.abs(x) < 1 ? 1 : 0)) - 0.6826894921370859)).toBeLessThan(0.004);
  });

  it('depend on the position alone, not on how many are drawn', () => {
    expect(normals(stream, 7)).toEqual(draws.slice(0, 7));
    expect(normals(stream, 0)).toHaveLength(0);
  });

  it('are fixed for good', () => {
    expect(digestOf([draws])).toMatchInlineSnapshot(
      `"45b1cf03316eae2b9349f30d4fc83732dd2ba22e7c172c13e032a898d840e4d1"`,
    );
    expect([...draws.slice(0, 4)]).toMatchInlineSnapshot(`
      [
        0.7377073168754578,
        0.614926815032959,
        -1.1456857919692993,
        1.2480435371398926,
      ]
    `);
  });
});

describe('truncated normal draws', () => {
  const draws = truncatedNormals(stream, 100_000);

  it('stay within two deviations and have the deviation that Keras corrects for', () => {
    expect(draws.every((x) => Math.abs(x) <= 2)).toBe(true);
    expect(draws.some((x) => Math.abs(x) > 1.999)).toBe(true);
    expect(Math.abs(Math.sqrt(mean(draws, (x) => x * x)) - TRUNCATED_DEVIATION)).toBeLessThan(0.005);
  });

  it('are fixed for good', () => {
    expect(digestOf([draws])).toMatchInlineSnapshot(
      `"8fed4255db504fbe58931b91df4a9d6c1ecc3e50ac25d50cb027e317e847d1c5"`,
    );
  });
});

describe('uniform draws', () => {
  const draws = uniforms(stream, 100_000);

  it('fill (−1, 1) evenly and are never 0', () => {
    expect(draws.every((x) => Math.abs(x) <= 1 && x !== 0)).toBe(true);
    expect(Math.abs(mean(draws, (x) => x))).toBeLessThan(0.01);
    expect(Math.abs(mean(draws, (x) => x * x) - 1 / 3)).toBeLessThan(0.005);
  });

  it('are fixed for good', () => {
    expect(digestOf([draws])).toMatchInlineSnapshot(
      `"fc4a2a2df2a135532653c531235e287416fde8a22ffbb95138ad32cf3546e607"`,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { compareLogits } from './compare.mjs';

const own = Float32Array.of(1, 8, 3, 4, 2, 4);

describe('logits of two programs', () => {
  it('agree when they are equal', () => {
    expect(compareLogits(own, own.slice(), 3)).toMatchObject({
      images: 2,
      labelsThatDiffer: 0,
      largestDifference: 0,
      agrees: true,
    });
  });

  it.each([
    ['a logit that is off', Float32Array.of(1, 8, 3.001, 4, 2, 4), 0],
    ['another label', Float32Array.of(8, 1, 3, 4, 2, 4), 1],
    ['one that is no number', Float32Array.of(1, 8, Number.NaN, 4, 2, 4), 0],
    ['fewer images', Float32Array.of(1, 8, 3), 0],
  ])('do not agree with %s', (_, other, labelsThatDiffer) => {
    expect(compareLogits(own, other, 3)).toMatchObject({ labelsThatDiffer, agrees: false });
  });

  it('may break a tie differently, which is counted', () => {
    const other = Float32Array.of(1, 8, 3, 3.99999, 2, 4);
    expect(compareLogits(own, other, 3)).toMatchObject({ labelsThatDiffer: 1, agrees: true });
  });
});

import type { DataSet } from '@winnow/data';
import { describe, expect, it } from 'vitest';
import { layOut } from './lay-out.js';

/** Image number i holds i, i + 1, …; the label is i mod 3. */
function examples(count: number, features: number, first: number) {
  const images = Uint8Array.from(
    { length: count * features },
    (_, i) => first + Math.floor(i / features) + (i % features),
  );
  return { count, images, labels: Uint8Array.from({ length: count }, (_, i) => (first + i) % 3) };
}

const data: DataSet = {
  name: 'counting',
  digest: 'abc',
  shape: [1, 1, 5],
  features: 5,
  classes: 3,
  scaling: { kind: 'unit' },
  train: examples(100, 5, 0),
  test: examples(70, 5, 120),
};
const split = { train: Uint32Array.of(4, 2, 99), validation: Uint32Array.of(7, 8) };

describe('data that is laid out', () => {
  const { bytes, train, validation, test, ...description } = layOut(data, split);

  it('lies in shared memory', () => {
    expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(description).toEqual({
      name: 'counting',
      digest: 'abc',
      features: 5,
      classes: 3,
      scale: Math.fround(1 / 255),
      lit: new Uint8Array(5).fill(1),
    });
  });

  it('has training images as rows in the order of the split', () => {
    expect(train.count).toBe(3);
    expect([...bytes.subarray(64 * train.images, 64 * train.images + 15)]).toEqual([
      4, 5, 6, 7, 8, 2, 3, 4, 5, 6, 99, 100, 101, 102, 103,
    ]);
    expect([...bytes.subarray(64 * train.labels, 64 * train.labels + 3)]).toEqual([1, 2, 0]);
  });

  it('has evaluation images feature by feature in blocks of 64', () => {
    expect(validation.count).toBe(2);
    for (let f = 0; f < 5; f++) {
      const at = 64 * (validation.images + f);
      expect([...bytes.subarray(at, at + 4)]).toEqual([7 + f, 8 + f, 0, 0]);
    }
    expect(test.count).toBe(70);
    const secondBlock = 64 * (test.images + 5);
    expect([...bytes.subarray(secondBlock + 64, secondBlock + 72)]).toEqual([185, 186, 187, 188, 189, 190, 0, 0]);
    expect([...bytes.subarray(64 * test.labels, 64 * test.labels + 3)]).toEqual([0, 1, 2]);
  });
});

import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { loadDataSet } from '../registry.js';
import { npyBytes, zipBytes } from '../testing/numpy.js';
import { writeFolder } from '../testing/small-data.js';
import { readNpy } from './npy.js';

const bytes = (count: number, first = 0) => Uint8Array.from({ length: count }, (_, i) => first + i);
const four = {
  'x_train.npy': npyBytes('|u1', [3, 2, 2], bytes(12)),
  'y_train.npy': npyBytes('<i8', [3], BigInt64Array.of(0n, 2n, 1n)),
  'x_test.npy': npyBytes('|u1', [2, 2, 2], bytes(8, 100)),
  'y_test.npy': npyBytes('|u1', [2, 1], Uint8Array.of(2, 0)),
};
const fileOf = async (files: Readonly<Record<string, Uint8Array>>, method: 0 | 8 = 8) =>
  join(await writeFolder({ 'some.npz': zipBytes(files, method) }), 'some.npz');

describe("NumPy's arrays", () => {
  it.each([0, 8] as const)('are a data set, stored or deflated (method %i)', async (method) => {
    const data = await loadDataSet(await fileOf(four, method));
    expect(data).toMatchObject({ name: 'some', shape: [1, 2, 2], features: 4, classes: 3, scaling: { kind: 'unit' } });
    expect([...data.train.images]).toEqual([...bytes(12)]);
    expect([...data.train.labels]).toEqual([0, 2, 1]);
    expect([...data.test.labels]).toEqual([2, 0]);
  });

  it('are the same data in a folder of .npy files', async () => {
    const inFolder = await loadDataSet(await writeFolder(four));
    expect(inFolder.digest).toBe((await loadDataSet(await fileOf(four))).digest);
  });

  it('may have channels behind or before, other names, and floats that are whole 255ths', async () => {
    const behind = await loadDataSet(
      await fileOf({
        'train_images.npy': npyBytes('|u1', [2, 1, 2, 3], bytes(12)),
        'train_labels.npy': npyBytes('<u2', [2], Uint16Array.of(0, 1)),
        'test_images.npy': npyBytes(
          '<f4',
          [1, 1, 2, 3],
          Float32Array.from(bytes(6), (value) => value / 255),
        ),
        'test_labels.npy': npyBytes('<f8', [1], Float64Array.of(1)),
      }),
    );
    expect(behind.shape).toEqual([3, 1, 2]);
    expect([...behind.train.images.subarray(0, 6)]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...behind.test.images]).toEqual([0, 3, 1, 4, 2, 5]);
    const before = { ...four, 'x_train.npy': npyBytes('|u1', [3, 3, 2, 2], bytes(36)) };
    const shaped = { ...before, 'x_test.npy': npyBytes('|u1', [2, 3, 2, 2], bytes(24)) };
    expect((await loadDataSet(await fileOf(shaped))).shape).toEqual([3, 2, 2]);
  });

  it.each([
    ['an array is missing', { 'y_test.npy': undefined }, /has no array y_test\. Save four arrays/],
    [
      'labels are too few',
      { 'y_train.npy': npyBytes('|u1', [2], bytes(2)) },
      /y_train in \S+ has 2 labels for the 3 images/,
    ],
    ['a label is no class', { 'y_test.npy': npyBytes('|u1', [2], Uint8Array.of(0, 9)) }, /test label 9 at position 1/],
    [
      'a label is negative',
      { 'y_train.npy': npyBytes('<i4', [3], Int32Array.of(0, -1, 1)) },
      /has the label -1 at position 1/,
    ],
    [
      'a float is no byte',
      { 'x_test.npy': npyBytes('<f4', [2, 2, 2], new Float32Array(8).fill(0.3)) },
      /has the value 0\.3\d* at position 0; floats/,
    ],
    ['shapes differ', { 'x_test.npy': npyBytes('|u1', [2, 3, 2], bytes(12)) }, /test images of 1 × 3 × 2/],
    [
      'there is one class',
      { 'y_train.npy': npyBytes('|u1', [3], new Uint8Array(3)) },
      /one class leaves nothing to learn/,
    ],
    [
      'an array is in column order',
      { 'x_train.npy': npyBytes('|u1', [3, 2, 2], bytes(12), 'True') },
      /not in row order/,
    ],
    [
      'an array is cut',
      { 'x_train.npy': four['x_train.npy'].subarray(0, -1) },
      /announces 12 bytes of values and has 11/,
    ],
    ['a type is not read', { 'x_train.npy': npyBytes('<c8', [3, 2, 2], new Float32Array(24)) }, /of the type <c8/],
  ])('are refused in a sentence if %s', async (_, changes, message) => {
    const files = Object.entries({ ...four, ...changes }).filter(
      (entry): entry is [string, Buffer] => entry[1] !== undefined,
    );
    const refused = loadDataSet(await fileOf(Object.fromEntries(files)));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(UserError);
  });

  it('with any byte changed are read or refused in a sentence', async () => {
    const original = zipBytes({ 'x_train.npy': four['x_train.npy'] }, 8);
    for (let at = 0; at < original.length; at += 3) {
      const changed = Uint8Array.from(original);
      changed[at] ^= 0xff;
      const path = join(await writeFolder({ 'changed.npz': changed }), 'changed.npz');
      await expect(loadDataSet(path), `byte ${at}`).rejects.toBeInstanceOf(UserError);
    }
  });

  it('that end too soon are refused', () => {
    for (let length = 0; length < four['x_train.npy'].length; length += 5) {
      expect(() => readNpy(four['x_train.npy'].subarray(0, length))).toThrow(RangeError);
    }
  });
});

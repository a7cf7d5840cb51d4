import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '@winnow/arithmetic';
import { beforeAll, describe, expect, it } from 'vitest';
import { countPerClass, type DataSet, inputFactor } from './dataset.js';
import { idxFolder } from './idx-folder.js';
import { mnist, mnistSource } from './mnist.js';
import { splitDataSet } from './split.js';
import { copyFolder } from './testing/small-data.js';

describe('MNIST', () => {
  let data: DataSet;
  beforeAll(async () => {
    data = await mnist();
  });

  it('has 60,000 and 10,000 digits of 28 × 28', () => {
    expect(data).toMatchObject({ name: 'mnist', shape: [1, 28, 28], features: 784, classes: 10 });
    expect(data.train.count).toBe(60_000);
    expect(data.test.count).toBe(10_000);
    expect(data.train.images).toHaveLength(60_000 * 784);
    expect([...data.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(countPerClass(data.test, 10)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  it('is scaled by one factor, so that black is 0', () => {
    expect(inputFactor(data.scaling)).toBe(Math.fround(1 / 255));
  });

  it('splits into 55,000 and 5,000 images, the same ones for good', () => {
    const plain = splitDataSet(data, { seed: 1, validation: 5000, stratified: false });
    const stratified = splitDataSet(data, { seed: 1, validation: 5000, stratified: true });
    expect([plain.train.length, stratified.train.length]).toEqual([55_000, 55_000]);
    expect(digestOf([plain.validation])).toMatchInlineSnapshot(
      `"f7c2c03ef793600c16ded23d657b8752ce76732df5c50738e0200c7ff7087457"`,
    );
    expect(digestOf([stratified.validation])).toMatchInlineSnapshot(
      `"7da1ee60f400df20d5cc47076cdbbaa8b448476cc561a68f5570cd5650301b69"`,
    );
  });
});

describe('another MNIST', () => {
  const copy = () => copyFolder(mnistSource.defaultFolder()!);

  it('is told by its checksum, naming the file', async () => {
    const folder = await copy();
    const path = join(folder, 't10k-labels-idx1-ubyte');
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] + 1) % 10;
    await writeFile(path, bytes);
    await expect(mnist(folder)).rejects.toThrow(
      /t10k-labels-idx1-ubyte is not the published file: its SHA-256 is [0-9a-f]{64} where ff7bcfd4[0-9a-f]{56} is expected\. Fetch it again\./,
    );
    expect((await idxFolder(folder)).test.labels[92]).toBe(bytes[100]);
  });

  it('that is truncated says how far it goes', async () => {
    const folder = await copy();
    await truncate(join(folder, 'train-images-idx3-ubyte'), 5000);
    await expect(mnist(folder)).rejects.toThrow(
      'train-images-idx3-ubyte ends after 5,000 of 47,040,016 bytes. Fetch it again.',
    );
  });
});

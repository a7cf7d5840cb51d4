import { copyFile, mkdtemp, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { cifar10 } from './cifar10.js';
import { channelScalings, countPerClass } from './dataset.js';

/** Where the six files of the binary version lie, for these tests. */
const folder = process.env.WINNOW_CIFAR10;

describe('CIFAR-10', () => {
  it('says where it is to be had if it is not here', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'winnow-cifar-'));
    await expect(cifar10(empty)).rejects.toThrow(
      /data_batch_1.bin cannot be read: .*cs\.toronto\.edu.*cifar-10:FOLDER/s,
    );
    await expect(cifar10(empty)).rejects.toBeInstanceOf(UserError);
    // The first in the list, whichever is found missing first.
    for (let i = 0; i < 200; i++) await expect(cifar10(empty)).rejects.toThrow('data_batch_1.bin cannot be read: ');
  });

  it('takes no file of another length', async () => {
    const made = await mkdtemp(join(tmpdir(), 'winnow-cifar-'));
    for (const name of ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']) {
      await writeFile(join(made, `${name}.bin`), 'short');
    }
    await expect(cifar10(made)).rejects.toThrow('has 5 bytes in place of 30,730,000. Fetch it again.');
  });

  it.skipIf(folder === undefined)('is the published data (set WINNOW_CIFAR10 to its folder)', async () => {
    const data = await cifar10(folder);
    expect(data).toMatchObject({ shape: [3, 32, 32], features: 3072, classes: 10 });
    expect(countPerClass(data.train, 10)).toEqual(Array(10).fill(5000));
    expect(countPerClass(data.test, 10)).toEqual(Array(10).fill(1000));
    // Its inputs have mean 0 and deviation 1 in each channel.
    for (const [channel, { factor, shift }] of (channelScalings(data.scaling) ?? []).entries()) {
      let [sum, squares] = [0, 0];
      for (let example = 0; example < 50_000; example++) {
        for (let pixel = 0; pixel < 1024; pixel += 8) {
          const value = data.train.images[example * 3072 + channel * 1024 + pixel] * factor + shift;
          sum += value;
          squares += value * value;
        }
      }
      expect(sum / (50_000 * 128)).toBeCloseTo(0, 1);
      expect(squares / (50_000 * 128)).toBeCloseTo(1, 1);
    }
  });

  it.skipIf(folder === undefined)('names the file that is not the published one', async () => {
    const made = await mkdtemp(join(tmpdir(), 'winnow-cifar-'));
    for (const name of ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'test_batch']) {
      await symlink(join(folder ?? '', `${name}.bin`), join(made, `${name}.bin`));
    }
    await copyFile(join(folder ?? '', 'data_batch_4.bin'), join(made, 'data_batch_5.bin'));
    await expect(cifar10(made)).rejects.toThrow(/data_batch_5.bin is not the published file: its SHA-1 is aab85764/);
    await truncate(join(made, 'data_batch_5.bin'), 5);
    await expect(cifar10(made)).rejects.toThrow(/data_batch_5.bin has 5 bytes/);
  });
});

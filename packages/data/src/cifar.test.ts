import { createHash } from 'node:crypto';
import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { type CifarPublication, cifarSource } from './cifar.js';
import { cifar100Source } from './cifar100.js';
import { writeFolder } from './testing/small-data.js';

/** Pictures as CIFAR-100 has them: a coarse label, a fine one, then red, green and blue. */
const records = (fine: readonly number[]): Uint8Array =>
  Uint8Array.from(fine.flatMap((label, i) => [label + 100, label, ...Array.from({ length: 3072 }, (_, v) => v + i)]));
const train = records([3, 0, 7, 3]);
const test = records([7, 1]);
const checksum = (bytes: Uint8Array) =>
  ({ algorithm: 'sha256', digest: createHash('sha256').update(bytes).digest('hex') }) as const;

const small: CifarPublication = {
  name: 'small-100',
  summary: 'four and two',
  train: [{ name: 'train.bin', pictures: 4, checksum: checksum(train) }],
  test: [{ name: 'test.bin', pictures: 2, checksum: checksum(test) }],
  labels: 2,
  classes: 100,
  scaling: { kind: 'standard', means: [0.5, 0.5, 0.5], deviations: [0.25, 0.25, 0.25] },
  archive: { url: 'https://example.org/small.tar.gz', sha256: '' },
};

describe('the binary files of CIFAR-100', () => {
  it('give fine labels and pictures by channel', async () => {
    const data = await cifarSource(small).load(await writeFolder({ 'train.bin': train, 'test.bin': test }));
    expect(data).toMatchObject({ name: 'small-100', shape: [3, 32, 32], features: 3072, classes: 100 });
    expect([...data.train.labels]).toEqual([3, 0, 7, 3]);
    expect([...data.test.labels]).toEqual([7, 1]);
    expect([...data.train.images.subarray(3072, 3075)]).toEqual([1, 2, 3]);
    expect(data.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are told from others, with what to do', async () => {
    const other = Uint8Array.from(train).fill(9, 5, 6);
    const changed = await writeFolder({ 'train.bin': other, 'test.bin': test });
    await expect(cifarSource(small).load(changed)).rejects.toThrow(
      /train\.bin is not the published file: its SHA-256 is/,
    );
    const short = await writeFolder({ 'train.bin': train.subarray(1), 'test.bin': test });
    await expect(cifarSource(small).load(short)).rejects.toThrow(
      'has 12,295 bytes in place of 12,296. Fetch it again.',
    );
    const none = cifar100Source.load(await writeFolder({}));
    await expect(none).rejects.toThrow(
      /train\.bin cannot be read: it does not exist\. Run `winnow data get cifar-100`/,
    );
    await expect(none).rejects.toBeInstanceOf(UserError);
  });

  it('are known to fit networks before they are read', () => {
    expect(cifar100Source.form).toEqual({ shape: [3, 32, 32], classes: 100 });
    expect(cifar100Source.archive?.files).toEqual(['train.bin', 'test.bin']);
  });
});

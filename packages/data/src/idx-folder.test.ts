import { createHash } from 'node:crypto';
import { chmod, mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { idxFolder } from './idx-folder.js';
import { idxBytes, smallFiles, writeFolder } from './testing/small-data.js';

const failure = async (folder: string): Promise<unknown> => idxFolder(folder).catch((error: unknown) => error);

describe('a folder of IDX files', () => {
  it('is a data set named after it', async () => {
    const folder = await writeFolder(smallFiles);
    const data = await idxFolder(folder);
    expect(data).toMatchObject({ name: basename(folder), shape: [1, 2, 3], features: 6, classes: 3 });
    expect(data.train.count).toBe(6);
    // A plain view: a Buffer's slice would share what a caller takes for a copy.
    expect(Object.getPrototypeOf(data.train.images)).toBe(Uint8Array.prototype);
    expect([...data.test.images.subarray(0, 3)]).toEqual([255, 254, 253]);
    expect([...data.test.labels]).toEqual([2, 0, 1]);
  });

  it('has a digest over images and labels, training first', async () => {
    const hash = createHash('sha256');
    for (const [name, bytes] of Object.entries(smallFiles)) hash.update(bytes.subarray(name.includes('idx3') ? 16 : 8));
    expect((await idxFolder(await writeFolder(smallFiles))).digest).toBe(hash.digest('hex'));
  });

  it('is the same gzipped, and under the names with a dot', async () => {
    const { name: _, ...plain } = await idxFolder(await writeFolder(smallFiles));
    for (const rewrite of [
      (name: string, bytes: Uint8Array) => [`${name}.gz`, gzipSync(bytes)] as const,
      (name: string, bytes: Uint8Array) => [name.replace('-idx', '.idx'), bytes] as const,
      (name: string, bytes: Uint8Array) => [`${name.replace('-idx', '.idx')}.gz`, gzipSync(bytes)] as const,
      (name: string, bytes: Uint8Array) => [name, gzipSync(bytes)] as const,
    ]) {
      const files = Object.fromEntries(Object.entries(smallFiles).map(([name, bytes]) => rewrite(name, bytes)));
      const { name: _, ...data } = await idxFolder(await writeFolder(files));
      expect(data).toEqual(plain);
    }
  });

  it('with two faults names the first, also if it takes longer to be seen', async () => {
    const [first, second] = ['train-images-idx3-ubyte', 't10k-labels-idx1-ubyte'];
    const damaged = gzipSync(Buffer.alloc(4 << 20)).subarray(0, -8);
    const folder = await writeFolder({ ...smallFiles, [first]: damaged, [second]: gzipSync('').fill(9, 3) });
    expect(await failure(folder)).toMatchObject({ message: expect.stringContaining(join(folder, first)) });
  });

  it('with a file cut anywhere, gzipped or not, is the user’s mistake', async () => {
    const name = 'train-labels-idx1-ubyte';
    for (const bytes of [smallFiles[name], gzipSync(smallFiles[name])]) {
      const folder = await writeFolder(smallFiles);
      for (let length = 0; length < bytes.length; length++) {
        await writeFile(join(folder, name), bytes.subarray(0, length));
        const error = await failure(folder);
        expect(error, `cut after ${length}`).toBeInstanceOf(UserError);
        expect((error as UserError).message).toContain(join(folder, name));
      }
    }
  });

  it.each([
    [
      'more labels than images',
      'train-labels-idx1-ubyte',
      idxBytes(0x801, [7], [0, 1, 2, 2, 1, 1, 0]),
      'has 7 labels for the 6 images of',
    ],
    [
      'test images of another shape',
      't10k-images-idx3-ubyte',
      idxBytes(0x803, [3, 3, 2], Array(18).fill(0)),
      'has images of 3 × 2, but the training images are 2 × 3.',
    ],
    [
      'a test label never trained on',
      't10k-labels-idx1-ubyte',
      idxBytes(0x801, [3], [2, 0, 3]),
      'has the label 3 at position 2, but the training labels go from 0 to 2.',
    ],
    [
      'one class only',
      'train-labels-idx1-ubyte',
      idxBytes(0x801, [6], [0, 0, 0, 0, 0, 0]),
      'labels every image 0, and one class leaves nothing to learn.',
    ],
  ])('with %s is refused by name', async (_, name, bytes, message) => {
    const error = await failure(await writeFolder({ ...smallFiles, [name]: bytes }));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(name);
    expect((error as UserError).message).toContain(message);
  });

  it('without one of the files says which', async () => {
    const folder = await writeFolder(smallFiles);
    await unlink(join(folder, 't10k-labels-idx1-ubyte'));
    expect(await failure(folder)).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`${folder} has no t10k-labels-idx1-ubyte, gzipped or not.`),
    });
  });

  it('that does not exist, or is a file, is refused', async () => {
    const folder = await writeFolder(smallFiles);
    expect(await failure(join(folder, 'nowhere'))).toMatchObject({
      message: expect.stringContaining('nowhere cannot be read: it does not exist.'),
    });
    expect(await failure(join(folder, 'train-labels-idx1-ubyte'))).toMatchObject({
      message: expect.stringContaining('is a file where a folder with IDX files is expected.'),
    });
  });

  it('with a folder in place of a file says so', async () => {
    const folder = await writeFolder(smallFiles);
    await rename(join(folder, 'train-labels-idx1-ubyte'), join(folder, 'aside'));
    await mkdir(join(folder, 'train-labels-idx1-ubyte'));
    expect(await failure(folder)).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('train-labels-idx1-ubyte cannot be read: it is a folder.'),
    });
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that is closed to us says so', async () => {
    const folder = await writeFolder(smallFiles);
    await chmod(join(folder, 'train-labels-idx1-ubyte'), 0);
    expect(await failure(folder)).toMatchObject({ message: expect.stringContaining('permission denied') });
  });
});

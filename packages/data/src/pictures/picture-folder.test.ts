import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { encode } from 'fast-png';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadDataSet } from '../registry.js';
import { readPng } from './png.js';

const grey = (first: number, height = 2, width = 3): Uint8Array =>
  encode({ width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => first + i) });

async function folderOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-pictures-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

const whole = {
  'train/dog/b.png': grey(20),
  'train/cat/2.png': grey(10),
  'train/cat/10.png': grey(0),
  'train/cat/notes.txt': Uint8Array.of(1),
  'test/dog/a.png': grey(30),
};

describe('a folder of pictures', () => {
  it('is a data set, its classes and pictures in the order of their names', async () => {
    const data = await loadDataSet(await folderOf(whole));
    expect(data).toMatchObject({ shape: [1, 2, 3], features: 6, classes: 2, scaling: { kind: 'unit' } });
    expect([...data.train.labels]).toEqual([0, 0, 1]);
    expect([...data.train.images]).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25]);
    expect([...data.test.labels]).toEqual([1]);
    const again = await loadDataSet(`images:${await folderOf(whole)}`);
    expect(again.digest).toBe(data.digest);
    const other = await loadDataSet(await folderOf({ ...whole, 'test/dog/a.png': grey(31) }));
    expect(other.digest).not.toBe(data.digest);
  });

  it.each([
    [
      'a picture of another size',
      { 'test/dog/a.png': grey(0, 3, 3) },
      /a\.png is 3 × 3 grey, but \S+10\.png is 2 × 3 grey/,
    ],
    [
      'colours among grey ones',
      { 'test/dog/a.png': encode({ width: 3, height: 2, channels: 3, data: new Uint8Array(18) }) },
      /a\.png is 2 × 3 in colours/,
    ],
    ['a class that only the test has', { 'test/bird/a.png': grey(0) }, /bird has no such class/],
    ['a file that is no PNG', { 'train/cat/3.png': Buffer.from('GIF89a') }, /3\.png is no PNG\./],
    ['a PNG that breaks off', { 'train/cat/3.png': grey(0).subarray(0, 45) }, /3\.png is a damaged PNG/],
    [
      'a picture of 16 bits',
      { 'train/cat/1.png': encode({ width: 3, height: 2, channels: 1, depth: 16, data: new Uint16Array(6) }) },
      /1\.png is a PNG of 16 bits a channel/,
    ],
  ])('is refused with %s', async (_, files, message) => {
    const refused = loadDataSet(await folderOf({ ...whole, ...files }));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(UserError);
  });

  it('needs two classes and a test folder', async () => {
    const one = { 'train/cat/1.png': grey(0), 'test/cat/1.png': grey(0) };
    await expect(loadDataSet(await folderOf(one))).rejects.toThrow('two classes are the least');
    const { 'test/dog/a.png': _, ...untested } = whole;
    await expect(loadDataSet(await folderOf(untested))).rejects.toThrow(
      /test cannot be read: it does not exist\. Put PNGs/,
    );
  });
});

describe('a PNG', () => {
  it('in colours is read channel by channel, without its transparency', () => {
    const data = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0);
    const picture = readPng(encode({ width: 2, height: 1, channels: 4, data }));
    expect(picture).toMatchObject({ channels: 3, height: 1, width: 2 });
    expect([...picture.values]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('is not decoded if it announces a huge picture', () => {
    const bomb = Uint8Array.from(grey(0));
    new DataView(bomb.buffer).setUint32(16, 0x7fffffff);
    expect(() => readPng(bomb)).toThrow('which is too large');
  });

  it('with any byte changed is read or refused in a sentence', () => {
    const original = grey(0);
    for (let at = 0; at < original.length; at++) {
      const changed = Uint8Array.from(original);
      changed[at] ^= 0x55;
      try {
        readPng(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});

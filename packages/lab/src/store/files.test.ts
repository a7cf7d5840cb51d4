import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, removeEmptyFolders, replaceFile, replaceFolder } from './files.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-files-'));
});
afterEach(() => rm(root, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

describe('making folders', () => {
  it('tells which was the uppermost that was missing', async () => {
    expect(await makeFolder(join(root, 'a', 'b', 'c'))).toBe(join(root, 'a'));
    expect(await makeFolder(join(root, 'a', 'b', 'd'))).toBe(join(root, 'a', 'b', 'd'));
    expect(await makeFolder(join(root, 'a', 'b'))).toBeNull();
  });

  it('works when several make the same at once', async () => {
    const paths = Array.from({ length: 20 }, (_, i) => join(root, 'a', 'b', 'c', String(i % 3)));
    const made = await Promise.all(paths.map(makeFolder));
    expect((await readdir(join(root, 'a', 'b', 'c'))).sort()).toEqual(['0', '1', '2']);
    expect(made.filter((path) => path === join(root, 'a'))).toHaveLength(1);
  });

  it('fails where a file is in the way, and takes back what it made', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(root, 'file', 'below'))).rejects.toThrow('ENOTDIR');
    await expect(makeFolder(join(root, 'a', 'b', 'x'.repeat(300)))).rejects.toThrow('ENAMETOOLONG');
    expect(await readdir(root)).toEqual(['file']);
  });
});

describe('removing empty folders', () => {
  it('stops at the uppermost, and at one that is in use', async () => {
    await mkdir(join(root, 'a', 'b', 'c'), { recursive: true });
    await removeEmptyFolders(join(root, 'a', 'b', 'c'), join(root, 'a', 'b'));
    expect(await readdir(join(root, 'a'))).toEqual([]);
    await mkdir(join(root, 'a', 'b', 'c'), { recursive: true });
    await writeFile(join(root, 'a', 'other'), '');
    await removeEmptyFolders(join(root, 'a', 'b', 'c'), root);
    expect(await readdir(join(root, 'a'))).toEqual(['other']);
  });
});

describe('replacing', () => {
  it('a file leaves the old one when writing fails', async () => {
    const path = join(root, 'file');
    await replaceFile(path, bytes('old'));
    const failing = async () => {
      throw new Error('no');
    };
    await expect(replaceFile(path, bytes('new'), failing)).rejects.toThrow('no');
    expect(await readdir(root)).toEqual(['file']);
    await replaceFile(path, bytes('new'));
    expect(await readdir(root)).toEqual(['file']);
  });

  it('a folder takes the place of an old one with all that was in it', async () => {
    const path = join(root, 'folder');
    await replaceFolder(
      path,
      new Map([
        ['a', bytes('1')],
        ['b', bytes('2')],
      ]),
    );
    await replaceFolder(path, new Map([['c', bytes('3')]]));
    expect(await readdir(path)).toEqual(['c']);
    expect(await readdir(root)).toEqual(['folder']);
  });
});

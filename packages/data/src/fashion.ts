import { existsSync } from 'node:fs';
import type { DataSet } from './dataset.js';
import { publishedSource } from './published.js';

/** Where Debian's package puts its files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';

export const fashionSource = publishedSource({
  name: 'fashion-mnist',
  summary: 'pictures of clothes: 60,000 + 10,000 images of 28 × 28, 10 classes (Xiao, Rasul & Vollgraf)',
  howToGet:
    'Install the Debian package dataset-fashion-mnist, or name the folder of its four files: fashion-mnist:FOLDER.',
  defaultFolder: () => (existsSync(DEBIAN_FOLDER) ? DEBIAN_FOLDER : null),
  digest: 'ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f',
  files: {
    'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
});

/**
 * Fashion-MNIST, from the Debian package `dataset-fashion-mnist` or from a folder with its four files, gzipped or not.
 * @throws UserError if a file is missing, damaged, or another one than was published
 */
export function fashionMnist(folder?: string): Promise<DataSet> {
  return fashionSource.load(folder);
}

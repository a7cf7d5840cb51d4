import { type CifarFile, cifarSource } from './cifar.js';
import type { DataSet } from './dataset.js';

const file = (name: string, sha1: string): CifarFile => ({
  name: `${name}.bin`,
  pictures: 10_000,
  checksum: { algorithm: 'sha1', digest: sha1 },
});

export const cifar10Source = cifarSource({
  name: 'cifar-10',
  summary: 'photographs: 50,000 + 10,000 images of 3 × 32 × 32, 10 classes (Krizhevsky 2009)',
  train: [
    file('data_batch_1', 'aadd24acce27caa71bf4b10992e9e7b2d74c2540'),
    file('data_batch_2', 'c0ba65cce70568cd57b4e03e9ac8d2a5367c1795'),
    file('data_batch_3', '1dd00a74ab1d17a6e7d73e185b69dbf31242f295'),
    file('data_batch_4', 'aab85764eb3584312d3c7f65fd2fd016e36a258e'),
    file('data_batch_5', '26e2849e66a845b7f1e4614ae70f4889ae604628'),
  ],
  test: [file('test_batch', '67eb016db431130d61cd03c7ad570b013799c88c')],
  labels: 1,
  classes: 10,
  scaling: { kind: 'standard', means: [0.4914, 0.4822, 0.4465], deviations: [0.247, 0.2435, 0.2616] },
  archive: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  },
});

/**
 * CIFAR-10 (Krizhevsky 2009), from a folder with the six files of its binary version, or from Winnow's cache (see `cacheFolder`). Inputs
 * are (value/255 − mean) ÷ deviation of the training pictures, by channel.
 *
 * @throws UserError if a file is missing, or another one than was published
 */
export function cifar10(folder?: string): Promise<DataSet> {
  return cifar10Source.load(folder);
}

import { cifarSource } from './cifar.js';
import type { DataSet } from './dataset.js';

export const cifar100Source = cifarSource({
  name: 'cifar-100',
  summary: 'photographs: 50,000 + 10,000 images of 3 × 32 × 32, 100 classes (Krizhevsky 2009)',
  train: [
    {
      name: 'train.bin',
      pictures: 50_000,
      checksum: { algorithm: 'sha256', digest: 'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29' },
    },
  ],
  test: [
    {
      name: 'test.bin',
      pictures: 10_000,
      checksum: { algorithm: 'sha256', digest: 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a' },
    },
  ],
  labels: 2,
  classes: 100,
  scaling: { kind: 'standard', means: [0.5071, 0.4865, 0.4409], deviations: [0.2673, 0.2564, 0.2762] },
  archive: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
  },
});

/**
 * CIFAR-100 (Krizhevsky 2009) with its 100 fine classes, from a folder with `train.bin` and `test.bin` of its binary version, or from Winnow's
 * cache (see `cacheFolder`). Inputs are (value/255 − mean) ÷ deviation of the training pictures, by channel.
 *
 * @throws UserError if a file is missing, or another one than was published
 */
export function cifar100(folder?: string): Promise<DataSet> {
  return cifar100Source.load(folder);
}

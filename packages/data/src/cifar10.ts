import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import type { DataSet, Examples } from './dataset.js';
import type { DataSource } from './source.js';
import { grouped, reasonOf } from './text.js';

/** SHA-1 of each file of the binary version, as its author publishes it; training first. */
const files = {
  'data_batch_1.bin': 'aadd24acce27caa71bf4b10992e9e7b2d74c2540',
  'data_batch_2.bin': 'c0ba65cce70568cd57b4e03e9ac8d2a5367c1795',
  'data_batch_3.bin': '1dd00a74ab1d17a6e7d73e185b69dbf31242f295',
  'data_batch_4.bin': 'aab85764eb3584312d3c7f65fd2fd016e36a258e',
  'data_batch_5.bin': '26e2849e66a845b7f1e4614ae70f4889ae604628',
  'test_batch.bin': '67eb016db431130d61cd03c7ad570b013799c88c',
} as const;

/** Pictures of a file, and bytes of a picture: red, green and blue, each 32 rows of 32. */
const COUNT = 10_000;
const FEATURES = 3 * 32 * 32;

const howToGet =
  'Unpack cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html, and name the folder of its six .bin files: cifar-10:FOLDER.';

export const cifar10Source: DataSource = {
  name: 'cifar-10',
  summary: 'photographs: 50,000 + 10,000 images of 3 × 32 × 32, 10 classes (Krizhevsky 2009)',
  howToGet,
  defaultFolder: () => [cacheFolder()].find((folder) => existsSync(join(folder, 'test_batch.bin'))) ?? null,
  verified: true,
  load: (folder) => cifar10(folder),
};

/**
 * CIFAR-10 (Krizhevsky 2009), from a folder with the six files of its binary version, or from `cifar-10` in Winnow's cache (`$XDG_CACHE_HOME/winnow`,
 * else `~/.cache/winnow`). Inputs are (value/255 − mean) ÷ deviation of the training pictures, by channel.
 *
 * @throws UserError if a file is missing, or another one than was published
 */
export async function cifar10(folder?: string): Promise<DataSet> {
  const from = folder ?? cifar10Source.defaultFolder();
  if (from === null) {
    throw new UserError(`The data set "cifar-10" is not in ${cacheFolder()}. ${howToGet}`);
  }
  const names = Object.keys(files) as (keyof typeof files)[];
  const read = await Promise.all(names.map((name) => readGenuine(join(from, name), files[name])));
  return cifarDataSet(read.slice(0, -1), read.slice(-1));
}

/** Winnow's cache of this data set. */
function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'winnow', 'cifar-10');
}

async function readGenuine(path: string, sha1: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}. ${howToGet}`);
  });
  const size = COUNT * (1 + FEATURES);
  if (bytes.length !== size) {
    throw new UserError(`${path} has ${grouped(bytes.length)} bytes in place of ${grouped(size)}. Fetch it again.`);
  }
  const found = createHash('sha1').update(bytes).digest('hex');
  if (found === sha1) return bytes;
  throw new UserError(
    `${path} is not the published file: its SHA-1 is ${found} where ${sha1} is expected. Fetch it again.`,
  );
}

function cifarDataSet(trainFiles: readonly Uint8Array[], testFiles: readonly Uint8Array[]): DataSet {
  const [train, test] = [trainFiles, testFiles].map(examplesOf);
  const hash = createHash('sha256');
  for (const { images, labels } of [train, test]) hash.update(images).update(labels);
  return {
    name: 'cifar-10',
    digest: hash.digest('hex'),
    shape: [3, 32, 32],
    features: FEATURES,
    classes: 10,
    scaling: { kind: 'standard', means: [0.4914, 0.4822, 0.4465], deviations: [0.247, 0.2435, 0.2616] },
    train,
    test,
  };
}

/** Each picture of a file is its label, then its bytes. */
function examplesOf(parts: readonly Uint8Array[]): Examples {
  const count = COUNT * parts.length;
  const images = new Uint8Array(count * FEATURES);
  const labels = new Uint8Array(count);
  for (let example = 0; example < count; example++) {
    const part = parts[Math.floor(example / COUNT)];
    const at = (example % COUNT) * (1 + FEATURES);
    labels[example] = part[at];
    images.set(part.subarray(at + 1, at + 1 + FEATURES), example * FEATURES);
  }
  return { count, images, labels };
}

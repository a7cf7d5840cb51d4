import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allInOrder, UserError } from '@winnow/arithmetic';
import type { Archive } from './archive/archive.js';
import { digestOfExamples } from './assemble.js';
import { cacheFolder } from './cache.js';
import type { DataSet, Examples, InputScaling } from './dataset.js';
import { readWhole } from './read-whole.js';
import type { DataSource } from './source.js';
import { grouped, reasonOf } from './text.js';

/** A file of CIFAR's binary version: pictures one after the other, each its labels, then red, green and blue, 32 rows of 32 each. */
export interface CifarFile {
  readonly name: string;
  readonly pictures: number;
  /** Of the published file, in hexadecimal. */
  readonly checksum: { readonly algorithm: 'sha1' | 'sha256'; readonly digest: string };
}

/** CIFAR-10 or CIFAR-100 as it is published. */
export interface CifarPublication extends Pick<DataSource, 'name' | 'summary'> {
  readonly train: readonly CifarFile[];
  readonly test: readonly CifarFile[];
  /** Bytes before each picture; the last of them is its class. */
  readonly labels: 1 | 2;
  readonly classes: number;
  /** Of the training pictures, by channel. */
  readonly scaling: InputScaling;
  readonly archive: Archive;
}

const SIDE = 32;
const FEATURES = 3 * SIDE * SIDE;

/** The data source of a publication. */
export function cifarSource(publication: CifarPublication): DataSource {
  const { name, summary, train, test, classes, archive } = publication;
  const file = archive.url.slice(archive.url.lastIndexOf('/') + 1);
  const howToGet = `Run \`winnow data get ${name}\`, or unpack ${file} from https://www.cs.toronto.edu/~kriz/cifar.html and name the folder of its .bin files: ${name}:FOLDER.`;
  const files = [...train, ...test].map((one) => one.name);
  const defaultFolder = () => {
    const folder = cacheFolder(name);
    return files.every((one) => existsSync(join(folder, one))) ? folder : null;
  };
  return {
    name,
    summary,
    howToGet,
    defaultFolder,
    verified: true,
    form: { shape: [3, SIDE, SIDE], classes },
    archive: { ...archive, files },
    async load(folder) {
      const from = folder ?? defaultFolder();
      if (from === null) throw new UserError(`The data set "${name}" is not in ${cacheFolder(name)}. ${howToGet}`);
      return readCifar(publication, from, howToGet);
    },
  };
}

async function readCifar(publication: CifarPublication, folder: string, howToGet: string): Promise<DataSet> {
  const { name, labels, classes, scaling } = publication;
  const read = (files: readonly CifarFile[]) =>
    allInOrder(files.map(async (file) => readGenuine(join(folder, file.name), file, labels, howToGet)));
  const train = examplesOf(await read(publication.train), labels);
  const test = examplesOf(await read(publication.test), labels);
  return {
    name,
    digest: digestOfExamples([train, test]),
    shape: [3, SIDE, SIDE],
    features: FEATURES,
    classes,
    scaling,
    train,
    test,
  };
}

async function readGenuine(
  path: string,
  { pictures, checksum }: CifarFile,
  labels: number,
  howToGet: string,
): Promise<Uint8Array> {
  const bytes = await readWhole(path).catch((error: unknown) => {
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}. ${howToGet}`);
  });
  const size = pictures * (labels + FEATURES);
  if (bytes.length !== size) {
    throw new UserError(`${path} has ${grouped(bytes.length)} bytes in place of ${grouped(size)}. Fetch it again.`);
  }
  const found = createHash(checksum.algorithm).update(bytes).digest('hex');
  if (found === checksum.digest) return bytes;
  const kind = checksum.algorithm === 'sha1' ? 'SHA-1' : 'SHA-256';
  throw new UserError(
    `${path} is not the published file: its ${kind} is ${found} where ${checksum.digest} is expected. Fetch it again.`,
  );
}

function examplesOf(files: readonly Uint8Array[], labelBytes: number): Examples {
  const stride = labelBytes + FEATURES;
  const count = files.reduce((sum, file) => sum + file.length / stride, 0);
  const images = new Uint8Array(count * FEATURES);
  const labels = new Uint8Array(count);
  let example = 0;
  for (const file of files) {
    for (let at = 0; at < file.length; at += stride, example++) {
      labels[example] = file[at + labelBytes - 1];
      images.set(file.subarray(at + labelBytes, at + stride), example * FEATURES);
    }
  }
  return { count, images, labels };
}

import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { dataSetOf } from '../assemble.js';
import type { DataSet, Examples } from '../dataset.js';
import type { DataSource } from '../source.js';
import { reasonOf } from '../text.js';
import { type Picture, readPng } from './png.js';

const howToGet = 'Put PNGs of one size into FOLDER/train/CLASS/ and FOLDER/test/CLASS/, a folder for each class.';

/** Labels are bytes. */
const MOST_CLASSES = 256;

/**
 * Any data set of PNGs in `train/CLASS/` and `test/CLASS/`, grey or in colours, all of one size. Classes are numbered by the names of the
 * training folders, pictures ordered by class and name (by code units, so the same everywhere). It takes the folder's name.
 * @throws UserError if a folder or a picture is missing, damaged, or of another size
 */
export async function pictureFolder(folder: string): Promise<DataSet> {
  const classes = await foldersIn(join(folder, 'train'));
  if (classes.length < 2) {
    throw new UserError(
      `${join(folder, 'train')} has ${classes.length} folders of pictures; two classes are the least. ${howToGet}`,
    );
  }
  if (classes.length > MOST_CLASSES) {
    throw new UserError(`${join(folder, 'train')} has ${classes.length} classes; ${MOST_CLASSES} are the most.`);
  }
  const unknown = (await foldersIn(join(folder, 'test'))).find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`${join(folder, 'test', unknown)} has no such class beside it in ${join(folder, 'train')}.`);
  }
  const reader: Reader = { first: null };
  const train = await examplesIn(join(folder, 'train'), classes, reader);
  const test = await examplesIn(join(folder, 'test'), classes, reader);
  const { channels, height, width } = (reader.first as NonNullable<Reader['first']>).picture;
  return dataSetOf({
    name: basename(resolve(folder)),
    shape: [channels, height, width],
    classes: classes.length,
    train,
    test,
  });
}

/** The picture that says what all others must be like. */
interface Reader {
  first: { readonly path: string; readonly picture: Picture } | null;
}

async function examplesIn(folder: string, classes: readonly string[], reader: Reader): Promise<Examples> {
  const pictures: Uint8Array[] = [];
  const labels: number[] = [];
  for (const [label, name] of classes.entries()) {
    for (const path of await picturesIn(join(folder, name))) {
      pictures.push(await valuesOf(path, reader));
      labels.push(label);
    }
  }
  if (pictures.length === 0) throw new UserError(`${folder} has no PNG in the folders of its classes. ${howToGet}`);
  return { count: pictures.length, images: new Uint8Array(Buffer.concat(pictures)), labels: Uint8Array.from(labels) };
}

async function valuesOf(path: string, reader: Reader): Promise<Uint8Array> {
  const picture = await readPicture(path);
  reader.first ??= { path, picture };
  const wanted = reader.first.picture;
  if (picture.channels === wanted.channels && picture.height === wanted.height && picture.width === wanted.width) {
    return picture.values;
  }
  throw new UserError(
    `${path} is ${described(picture)}, but ${reader.first.path} is ${described(wanted)}: all pictures must be alike.`,
  );
}

const described = ({ channels, height, width }: Picture): string =>
  `${height} × ${width} ${channels === 1 ? 'grey' : 'in colours'}`;

async function readPicture(path: string): Promise<Picture> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}.`);
  });
  try {
    return readPng(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${path} ${error.message}`);
    throw error;
  }
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  return (await entriesIn(folder))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function picturesIn(folder: string): Promise<readonly string[]> {
  const entries = await entriesIn(folder, 'may be missing');
  return entries
    .map(({ name }) => name)
    .filter((name) => /\.png$/i.test(name))
    .sort()
    .map((name) => join(folder, name));
}

async function entriesIn(folder: string, missing?: 'may be missing'): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (missing !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UserError(`The folder ${folder} cannot be read: ${reasonOf(error)}. ${howToGet}`);
  });
}

export const pictureSource: DataSource = {
  name: 'images',
  summary: 'any folder of PNGs in train/CLASS/ and test/CLASS/, as images:FOLDER or just its path',
  defaultFolder: () => null,
  howToGet,
  verified: false,
  load: (folder) => {
    if (folder === undefined) throw new UserError('The data set "images" needs a folder: write images:FOLDER.');
    return pictureFolder(folder);
  },
};

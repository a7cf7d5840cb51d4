import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suggestion, UserError } from '@winnow/arithmetic';
import type { DownloadOptions } from './archive/archive.js';
import { getArchive } from './archive/get.js';
import { arraySource } from './arrays/array-file.js';
import { cifar10Source } from './cifar10.js';
import { cifar100Source } from './cifar100.js';
import type { DataSet } from './dataset.js';
import { fashionSource } from './fashion.js';
import { idxSource } from './idx-folder.js';
import { mnistSource } from './mnist.js';
import { pictureSource } from './pictures/picture-folder.js';
import type { DataSource } from './source.js';

/** Every data set that has a name. */
export const dataSets: readonly DataSource[] = [
  mnistSource,
  fashionSource,
  cifar10Source,
  cifar100Source,
  idxSource,
  pictureSource,
  arraySource,
];

/** A data set that was asked for: its source, and the folder if one was named. */
export interface NamedData {
  readonly source: DataSource;
  readonly folder?: string;
}

/**
 * Reads what the user wrote: `mnist`, `fashion-mnist`, `cifar-10`, `cifar-100`, each with `:FOLDER`, `idx:FOLDER`, `images:FOLDER`, `npz:FILE`, or a
 * path (told by a separator in it, so a folder here is `./folder`), whose kind what lies there tells.
 *
 * @throws UserError for a name that is not known, with the known ones
 */
export function parseDataSpec(spec: string): NamedData {
  const [, name, folder] = /^([^:/\\]{2,})(?::(.*))?$/.exec(spec) ?? [];
  if (name === undefined && /[/\\]/.test(spec)) return { source: sourceAt(spec), folder: spec };
  const source = dataSets.find((known) => known.name === name);
  if (source === undefined) throw unknown(name ?? spec);
  if (folder === '') throw new UserError(`The data "${spec}" ends before its folder: write ${spec}FOLDER.`);
  return folder === undefined ? { source } : { source, folder };
}

/** What kind of data a path holds: arrays, folders of pictures, or else IDX files. */
function sourceAt(path: string): DataSource {
  if (/\.npz$/i.test(path)) return arraySource;
  if (existsSync(join(path, 'x_train.npy')) || existsSync(join(path, 'train_images.npy'))) return arraySource;
  return statSync(join(path, 'train'), { throwIfNoEntry: false })?.isDirectory() === true ? pictureSource : idxSource;
}

/**
 * Fetches a data set that is published as an archive into Winnow's cache.
 * @param url another address of the same archive; its checksum must be the published one
 * @returns the folder
 * @throws UserError if it is not published that way, cannot be had, or is another archive
 */
export async function getDataSet(
  name: string,
  options: DownloadOptions & { readonly url?: string } = {},
): Promise<string> {
  const { source, folder } = parseDataSpec(name);
  if (folder !== undefined)
    throw new UserError(`Only data with a name of its own is fetched: "${name}" names a place.`);
  const { archive, howToGet } = source;
  if (archive === undefined) {
    const here = source.defaultFolder();
    throw new UserError(
      here === null ? `"${name}" is not fetched by Winnow. ${howToGet}` : `"${name}" is here already, in ${here}.`,
    );
  }
  const { url = archive.url, ...watch } = options;
  return getArchive(name, { ...archive, url }, watch);
}

function unknown(name: string): UserError {
  const names = dataSets.map((known) => known.name);
  return new UserError(
    `There is no data set "${name}".${suggestion(name, names)} Known: ${names.join(', ')}; a folder is written with a separator, as in ./folder.`,
  );
}

/**
 * Loads a data set by what the user wrote; see `parseDataSpec`.
 * @throws UserError if it is unknown, missing or wrong
 */
export async function loadDataSet(spec: string): Promise<DataSet> {
  const { source, folder } = parseDataSpec(spec);
  return source.load(folder);
}

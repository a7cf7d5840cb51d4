import { suggestion, UserError } from '@winnow/arithmetic';
import { cifar10Source } from './cifar10.js';
import type { DataSet } from './dataset.js';
import { fashionSource } from './fashion.js';
import { idxSource } from './idx-folder.js';
import { mnistSource } from './mnist.js';
import type { DataSource } from './source.js';

/** Every data set that has a name. */
export const dataSets: readonly DataSource[] = [mnistSource, fashionSource, cifar10Source, idxSource];

/** A data set that was asked for: its source, and the folder if one was named. */
export interface NamedData {
  readonly source: DataSource;
  readonly folder?: string;
}

/**
 * Reads what the user wrote: `mnist`, `fashion-mnist`, `cifar-10`, each with `:FOLDER`, `idx:FOLDER`, or the path of a folder
 * (told by a separator in it, so a folder here is `./folder`).
 *
 * @throws UserError for a name that is not known, with the known ones
 */
export function parseDataSpec(spec: string): NamedData {
  const [, name, folder] = /^([^:/\\]{2,})(?::(.*))?$/.exec(spec) ?? [];
  if (name === undefined && /[/\\]/.test(spec)) return { source: idxSource, folder: spec };
  const source = dataSets.find((known) => known.name === name);
  if (source === undefined) throw unknown(name ?? spec);
  if (folder === '') throw new UserError(`The data "${spec}" ends before its folder: write ${spec}FOLDER.`);
  return folder === undefined ? { source } : { source, folder };
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

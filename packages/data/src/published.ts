import { createHash } from 'node:crypto';
import { UserError } from '@winnow/arithmetic';
import { assembleDataSet } from './assemble.js';
import type { DataSet } from './dataset.js';
import { type IdxFileName, type IdxFiles, idxFileNames, type Remedies, readIdxFiles } from './idx-files.js';
import type { DataSource } from './source.js';

/** A data set of which everybody has the same copy, in MNIST's shape, and the checksums that prove it. */
export interface Publication extends Pick<DataSource, 'name' | 'summary' | 'howToGet' | 'defaultFolder'> {
  /** Its `DataSet.digest`. */
  readonly digest: string;
  /** SHA-256 of each file, uncompressed. */
  readonly files: Readonly<Record<IdxFileName, string>>;
}

/** Loads a publication and proves it genuine. */
export function publishedSource(publication: Publication): DataSource {
  const { name, summary, howToGet, defaultFolder } = publication;
  const elsewhere = `Name the folder that holds its four files after "${name}:".`;
  return {
    name,
    summary,
    howToGet,
    defaultFolder,
    verified: true,
    form: { shape: [1, 28, 28], classes: 10 },
    load: (folder) => {
      if (folder !== undefined) return load(publication, folder, { missing: elsewhere, damaged: 'Fetch it again.' });
      const usual = defaultFolder();
      if (usual === null) throw new UserError(`The data set "${name}" is not on this machine. ${howToGet}`);
      return load(publication, usual, { missing: howToGet, damaged: howToGet });
    },
  };
}

/** The digest of the whole is checked; only if it is wrong are the files hashed too, to name the one to blame. */
async function load(publication: Publication, folder: string, remedies: Remedies): Promise<DataSet> {
  const files = await readIdxFiles(folder, remedies);
  const data = assembleDataSet(publication.name, files);
  if (data.digest !== publication.digest) throw strangerAmong(files, publication);
  return data;
}

function strangerAmong(files: IdxFiles, publication: Publication): UserError {
  const hashes = idxFileNames.map((name) => ({ name, found: sha256Of(files[name].bytes) }));
  // There is one: were every file genuine, so would be the digest.
  const { name, found } = hashes.find((hash) => hash.found !== publication.files[hash.name])!;
  const { path, remedy } = files[name];
  return new UserError(
    `${path} is not the published file: its SHA-256 is ${found} where ${publication.files[name]} is expected. ${remedy}`,
  );
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { cacheFolder } from '../cache.js';
import { reasonOf } from '../text.js';
import type { Archive, DownloadOptions } from './archive.js';
import { download } from './download.js';
import { unpack } from './unpack.js';

/** An archive of a data set, and the files in it that are wanted. */
export interface DataArchive extends Archive {
  readonly files: readonly string[];
}

/**
 * Fetches a data set's archive and unpacks it into Winnow's cache. The folder appears when all of it is there and right; an interrupted download
 * goes on the next time.
 * @returns the folder
 * @throws UserError if the archive cannot be had, is another one, or the cache cannot be written
 */
export async function getArchive(name: string, archive: DataArchive, options: DownloadOptions = {}): Promise<string> {
  const folder = cacheFolder(name);
  const packed = `${folder}.tar.gz`;
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await download(archive, packed, options);
    await mkdir(temporary);
    await unpack(packed, archive.files, temporary);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    await rm(packed);
    return folder;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && 'syscall' in error) {
      throw new UserError(`${dirname(folder)} cannot be written: ${reasonOf(error)}.`);
    }
    throw error;
  }
}

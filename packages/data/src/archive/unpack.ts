import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { UserError } from '@winnow/arithmetic';

const BLOCK = 512;

/**
 * Unpacks the named files of a `.tar.gz` (POSIX ustar) into a folder, wherever in the archive they lie; nothing else is written.
 * @throws UserError if it is damaged, or one of them is missing
 */
export async function unpack(archive: string, names: readonly string[], folder: string): Promise<void> {
  const missing = new Set(names);
  const header = Buffer.alloc(BLOCK);
  let filled = 0;
  let entry: { readonly file: FileHandle | null; data: number; padding: number } | null = null;
  try {
    for await (const chunk of createReadStream(archive).pipe(createGunzip())) {
      let rest = chunk as Buffer;
      while (rest.length > 0) {
        if (entry === null) {
          const taken = rest.copy(header, filled, 0, BLOCK - filled);
          filled += taken;
          rest = rest.subarray(taken);
          if (filled < BLOCK) continue;
          filled = 0;
          entry = await entryOf(header, missing, folder);
        } else {
          const data = rest.subarray(0, entry.data);
          if (data.length > 0) await entry.file?.writeFile(data);
          entry.data -= data.length;
          rest = rest.subarray(data.length);
          const padding = Math.min(entry.data === 0 ? entry.padding : 0, rest.length);
          entry.padding -= padding;
          rest = rest.subarray(padding);
        }
        if (entry === null || entry.data > 0 || entry.padding > 0) continue;
        await entry.file?.close();
        entry = null;
      }
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${archive} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`);
  } finally {
    await entry?.file?.close();
  }
  if (entry !== null || filled > 0) throw new UserError(`${archive} ends inside a file.`);
  if (missing.size > 0) throw new UserError(`${archive} has no ${[...missing].join(' and no ')}.`);
}

/** The file that a header announces, opened if it is wanted; null for the zeros at the end. */
async function entryOf(header: Buffer, missing: Set<string>, folder: string) {
  if (header.every((byte) => byte === 0)) return null;
  const checksum = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (octal(header, 148, 8) !== checksum) throw new Error('a header has a wrong checksum');
  const size = octal(header, 124, 12);
  const text = header.toString('latin1', 0, 100);
  const name = basename(text.includes('\0') ? text.slice(0, text.indexOf('\0')) : text);
  const isFile = header[156] === 0 || header[156] === 0x30;
  const file = isFile && missing.delete(name) ? await open(join(folder, name), 'wx') : null;
  return { file, data: size, padding: (BLOCK - (size % BLOCK)) % BLOCK };
}

function octal(header: Buffer, at: number, length: number): number {
  const digits = header
    .toString('latin1', at, at + length)
    .replace(/[\0 ]+$/, '')
    .trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new Error('a header is damaged');
  return Number.parseInt(digits, 8);
}

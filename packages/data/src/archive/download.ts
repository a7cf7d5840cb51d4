import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { UserError } from '@winnow/arithmetic';
import { grouped } from '../text.js';
import type { Archive, DownloadOptions } from './archive.js';

/** No published archive is nearly as large: what sends more is none. */
const LARGEST = 1 << 30;

/**
 * Fetches an archive into `path`. What has arrived stands in `path.part` until it is whole and its SHA-256 is right, and is gone on with the next
 * time (HTTP Range).
 * @throws UserError if the address cannot be reached or answers something else, or the connection breaks off
 */
export async function download(archive: Archive, path: string, options: DownloadOptions = {}): Promise<void> {
  const part = `${path}.part`;
  await receive(archive.url, part, options);
  const found = await sha256Of(part);
  if (found !== archive.sha256) {
    await rm(part, { force: true });
    throw new UserError(
      `${archive.url} is not the published archive: its SHA-256 is ${found} where ${archive.sha256} is expected. Nothing of it was kept.`,
    );
  }
  await rename(part, path);
}

/** Adds to the part what is missing of it. */
async function receive(url: string, part: string, { onProgress = () => {}, signal }: DownloadOptions): Promise<void> {
  const had = await sizeOf(part);
  const response = await fetch(url, {
    headers: had > 0 ? { Range: `bytes=${had}-` } : {},
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new UserError(
      `${url} cannot be reached: ${reasonIn(error)}. Connect to the network and run the same again${had > 0 ? `: the ${grouped(had)} bytes that are here are kept` : ''}.`,
    );
  });
  if (response.status === 416) return void response.body?.cancel(); // All of it is here already.
  if (response.status !== 200 && response.status !== 206) {
    await response.body?.cancel();
    throw new UserError(
      `${url} answers ${response.status} ${response.statusText}`.trimEnd().concat('. Try again later.'),
    );
  }
  // A server that knows no ranges sends everything again.
  const goesOn = response.status === 206 && (response.headers.get('content-range') ?? '').startsWith(`bytes ${had}-`);
  if (response.status === 206 && !goesOn) {
    await response.body?.cancel();
    await rm(part, { force: true });
    throw new UserError(`${url} sends another part than was asked for. Run the same again: it begins anew.`);
  }
  let bytes = goesOn ? had : 0;
  const length = response.headers.get('content-length');
  const of = length === null ? null : bytes + Number(length);
  const file = await open(part, goesOn ? 'a' : 'w');
  try {
    if (response.body !== null) {
      for await (const chunk of response.body) {
        bytes += chunk.length;
        if (bytes > LARGEST)
          throw new UserError(`${url} sends more than ${grouped(LARGEST)} bytes: it is no archive of pictures.`);
        await file.writeFile(chunk);
        onProgress(bytes, of);
      }
    }
    if (of !== null && bytes < of) throw new Error('the connection was closed');
    await file.sync();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${url} broke off after ${grouped(bytes)}${of === null ? '' : ` of ${grouped(of)}`} bytes: ${reasonIn(error)}. Run the same again: it goes on from there.`,
    );
  } finally {
    await file.close();
  }
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** What `fetch` hides in its cause. */
function reasonIn(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not found';
    case 'ECONNREFUSED':
      return 'the connection is refused';
    default:
      return cause.message === '' ? (code ?? 'no reason is given') : cause.message;
  }
}

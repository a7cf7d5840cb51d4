import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tarGz } from '../testing/tar.js';
import { type DataArchive, getArchive } from './get.js';

const files = {
  'one.bin': Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) >>> 3),
  'two.bin': Uint8Array.from({ length: 512 }, (_, i) => i),
};
const packed = tarGz({
  'folder/one.bin': files['one.bin'],
  'folder/readme.html': Buffer.from('no'),
  'folder/two.bin': files['two.bin'],
});
const sha256 = createHash('sha256').update(packed).digest('hex');

let cache: string;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const ranges: (string | undefined)[] = [];
const archive = (changes: Partial<DataArchive> = {}): DataArchive => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/set.tar.gz`,
  sha256,
  files: Object.keys(files),
  ...changes,
});
/** Fetches from a server that dies as soon as something has arrived. */
const broken = () => getArchive('set', archive(), { onProgress: () => server.closeAllConnections() });
const inCache = () => readdir(join(cache, 'winnow'));

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'winnow-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  ranges.length = 0;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cache, { recursive: true });
});

/** A server that knows ranges; it sends at most so many bytes and then nothing. */
function serving(bytes: Uint8Array, most = Number.POSITIVE_INFINITY) {
  return ({ headers }: IncomingMessage, response: ServerResponse) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    if (from >= bytes.length) return void response.writeHead(416).end();
    const rest = bytes.subarray(from);
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, ...(from > 0 && range) });
    if (rest.length <= most) return void response.end(rest);
    response.write(rest.subarray(0, most));
  };
}

describe('fetching a data set', () => {
  it('unpacks the wanted files alone, and says how far it is', async () => {
    answer = serving(packed);
    const seen: (readonly [number, number | null])[] = [];
    const folder = await getArchive('set', archive(), { onProgress: (bytes, of) => seen.push([bytes, of]) });
    expect(folder).toBe(join(cache, 'winnow', 'set'));
    expect((await readdir(folder)).sort()).toEqual(['one.bin', 'two.bin']);
    for (const [name, bytes] of Object.entries(files)) {
      expect(new Uint8Array(await readFile(join(folder, name)))).toEqual(bytes);
    }
    expect(seen.at(-1)).toEqual([packed.length, packed.length]);
    expect(await inCache()).toEqual(['set']);
  });

  it('goes on where it broke off', async () => {
    answer = serving(packed, 1000);
    await expect(broken()).rejects.toThrow(/broke off after 1,000 of [\d,]+ bytes: .*goes on from there/);
    expect(await inCache()).toEqual(['set.tar.gz.part']);
    answer = serving(packed);
    await getArchive('set', archive());
    expect(ranges).toEqual([undefined, 'bytes=1000-']);
    expect(await inCache()).toEqual(['set']);
  });

  it('begins anew where the server knows no ranges', async () => {
    answer = serving(packed, 1000);
    await expect(broken()).rejects.toThrow(UserError);
    answer = (_, response) => response.writeHead(200, { 'content-length': packed.length }).end(packed);
    await getArchive('set', archive());
    expect(await inCache()).toEqual(['set']);
  });

  it('takes what is whole already', async () => {
    answer = serving(packed);
    await getArchive('set', archive());
    await writeFile(join(cache, 'winnow', 'set.tar.gz.part'), packed);
    await getArchive('set', archive());
    expect(ranges).toEqual([undefined, `bytes=${packed.length}-`]);
  });

  it('keeps nothing of another archive', async () => {
    answer = serving(tarGz({ 'one.bin': Uint8Array.of(1) }));
    await expect(getArchive('set', archive())).rejects.toThrow(
      /is not the published archive: its SHA-256 is [0-9a-f]{64}/,
    );
    expect(await inCache()).toEqual([]);
  });

  it.each([
    ['without a file', tarGz({ 'one.bin': files['one.bin'] }), /has no two\.bin/],
    ['that is no tar', Buffer.from('hello'), /cannot be unpacked: incorrect header check/],
    ['that ends too soon', packed.subarray(0, packed.length - 40), /cannot be unpacked: unexpected end of file/],
  ])('leaves no folder behind of an archive %s', async (_, bytes, message) => {
    answer = serving(bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    await expect(getArchive('set', archive({ sha256: digest }))).rejects.toThrow(message);
    expect(await inCache()).not.toContain('set');
    expect((await inCache()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('says in a sentence that there is no connection, and what a server answers', async () => {
    answer = (_, response) => response.writeHead(503, 'Busy').end();
    await expect(getArchive('set', archive())).rejects.toThrow('/set.tar.gz answers 503 Busy. Try again later.');
    const offline = archive({ url: 'http://127.0.0.1:9/set.tar.gz' });
    const failed = getArchive('set', offline);
    await expect(failed).rejects.toThrow(
      /^http:\S+ cannot be reached: .*\. Connect to the network and run the same again\.$/,
    );
    await expect(failed).rejects.toBeInstanceOf(UserError);
  });

  it('can be stopped, and keeps what has arrived', async () => {
    const controller = new AbortController();
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': packed.length });
      response.write(packed.subarray(0, 500));
    };
    const stopped = getArchive('set', archive(), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(await inCache()).toEqual(['set.tar.gz.part']);
  });
});

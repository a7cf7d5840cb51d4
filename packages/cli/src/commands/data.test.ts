import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../testing/command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('winnow data', () => {
  it('lists every data set, and how to get it', async () => {
    const { stdout } = await run(['data', 'list', '--json'], folder, { XDG_CACHE_HOME: folder });
    const { data } = JSON.parse(stdout);
    expect(data.map(({ name }: { readonly name: string }) => name)).toEqual(
      'mnist fashion-mnist cifar-10 cifar-100 idx images npz'.split(' '),
    );
    expect(data[3]).toMatchObject({ folder: null, howToGet: expect.stringContaining('winnow data get cifar-100') });
  });

  it('takes no other archive for a published one, and leaves nothing of it', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar.tar.gz`;
    const { exitCode, stdout, stderr } = await run(['data', 'get', 'cifar-10', '--from', url], folder, {
      XDG_CACHE_HOME: folder,
    });
    server.close();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^winnow: \S+ is not the published archive: .*\n$/);
    expect(await readdir(join(folder, 'winnow'))).toEqual([]);
  });

  it('says in a sentence that there is no connection, and what is not fetched', async () => {
    const offline = await run(['data', 'get', 'cifar-100', '--from', 'http://127.0.0.1:9/c.tar.gz'], folder, {
      XDG_CACHE_HOME: folder,
    });
    expect(offline).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^winnow: \S+ cannot be reached: .*\n$/),
    });
    const mnist = await run(['data', 'get', 'mnist'], folder);
    expect(mnist).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('"mnist" is here already') });
  });
});

describe('a convolutional network', () => {
  it('takes the shape of the pictures of data that is known by its name', async () => {
    const plan = await run(
      ['find', 'conv-2', '--data', 'mnist', '--levels', '1', '--dry-run', '--out', 'plan'],
      folder,
    );
    expect(plan).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3,316,800') });
  });
});

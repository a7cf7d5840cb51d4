import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../testing/command.js';
import { writeTinyData } from '../testing/tiny-data.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-ticket-'));
  await writeTinyData(join(folder, 'data'));
  const search = ['find', '--data', './data', '--levels', '2', '--iterations', '40', '--evaluate-every', '20'];
  const found = await run(
    [...search, '--rate', '90%', '--validation', '50', '--controls', 'none', '--workers', '1', '--out', 'run'],
    folder,
  );
  expect(found.stderr).toBe('');
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** What the command printed as JSON. */
async function json(args: readonly string[], env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await run([...args, '--json'], folder, env);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
}

describe('a run that is packed', { timeout: 240_000 }, () => {
  it('as a recipe grows to the identical digest on every backend, and is verified', async () => {
    const packed = await json(['pack', 'run', '--level', '2', '-o', 'r.ticket']);
    const bytes = (await readFile(join(folder, 'r.ticket'))).length;
    const { header, mask, values } = packed.parts;
    expect(packed).toMatchObject({ file: 'r.ticket', bytes, body: 'recipe', parts: { values: 0 } });
    expect(header + mask + values).toBe(bytes);
    for (const backend of ['wasm', 'reference']) {
      const grown = await json(['grow', 'r.ticket', '--out', 'grown'], { WINNOW_BACKEND: backend });
      expect(grown).toEqual({ digest: packed.digest, expected: packed.digest, equal: true });
    }
    expect(await readdir(join(folder, 'grown'))).toEqual(['network.safetensors']);
    expect(await json(['verify', 'r.ticket'])).toEqual({ testAccuracy: packed.testAccuracy, digest: packed.digest });
  });

  it('with its weights predicts, is verified and inspected', async () => {
    const packed = await json([
      'pack',
      'run',
      '--density',
      '1%',
      '--body',
      'weights',
      '--loss-of',
      '2',
      '-o',
      'w.ticket',
    ]);
    expect(packed.density).toBeLessThan(0.02);
    const verified = await json(['verify', 'w.ticket', '--data', './data']);
    expect(verified).toEqual({ testAccuracy: packed.testAccuracy, digest: packed.digest });
    const shown = await json(['inspect', 'w.ticket']);
    expect(shown).toMatchObject({ bytes: packed.bytes, weights: packed.weights, parts: packed.parts });

    const test = await readFile(join(folder, 'data', 't10k-images-idx3-ubyte'));
    const labels = (await readFile(join(folder, 'data', 't10k-labels-idx1-ubyte'))).subarray(8);
    const { predictions } = await json(['predict', 'w.ticket', 'data/t10k-images-idx3-ubyte']);
    const right = predictions.filter(({ label }: { label: number }, i: number) => label === labels[i]).length;
    expect(right / labels.length).toBe(packed.testAccuracy);

    const first = test.subarray(16, 16 + 784);
    await writeFile(join(folder, 'one.png'), png(first));
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 784), }\n";
    await writeFile(
      join(folder, 'one.npy'),
      Buffer.concat([
        Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]),
        Buffer.from(header),
        first,
      ]),
    );
    for (const file of ['one.png', 'one.npy']) {
      const again = await json(['predict', 'w.ticket', file]);
      expect(again.predictions[0].probabilities).toEqual(predictions[0].probabilities);
    }
  });

  it.each(['signed-constant', 'initial'])(
    'as a supermask of the value %s is verified, predicts, and has nothing to train',
    async (values) => {
      const name = `masks-${values}`;
      // Sparse ones, for the sake of time.
      const kind = ['--values', values, '--pressure', '20'];
      const search = ['supermask', '--data', './data', ...kind, '--iterations', '60', '--batch', '50'];
      const searched = [...search, '--validation', '50', '--trials', '2', '--workers', '1', '--out', name, '--json'];
      const found = JSON.parse((await run(searched, folder)).stdout);
      const [trial] = found.trials.filter((one: { trial: number }) => one.trial === 1);
      const packed = await json(['pack', name, '--body', 'supermask', '--trial', '1', '-o', 's.ticket']);
      // What no picture lights and nobody reads is dropped, and no prediction changes.
      expect(packed.weights).toBeLessThanOrEqual(trial.weights);
      expect(packed).toMatchObject({ body: 'supermask', testAccuracy: trial.deterministicTestAccuracy });
      expect(await json(['verify', 's.ticket'])).toEqual({ testAccuracy: packed.testAccuracy, digest: packed.digest });
      expect(await json(['inspect', 's.ticket'])).toMatchObject({ body: 'supermask', bytes: packed.bytes });
      const { predictions } = await json(['predict', 's.ticket', 'data/t10k-images-idx3-ubyte']);
      const labels = (await readFile(join(folder, 'data', 't10k-labels-idx1-ubyte'))).subarray(8);
      const right = predictions.filter(({ label }: { label: number }, i: number) => label === labels[i]).length;
      expect(right / labels.length).toBe(packed.testAccuracy);
      expect((await run(['grow', 's.ticket'], folder)).stdout).toContain('there is nothing to train');
      // A folder of supermasks says itself what it is; without --trial it is the best one.
      const best = await json(['pack', name, '-o', 'best.ticket']);
      expect(best.testAccuracy).toBe(found.deterministicTestAccuracy);
    },
  );

  it('shrinks to the smallest file that keeps the floor, and says so if none does', async () => {
    // Sparse networks, for the sake of time.
    const sizes = ['--levels', '2', '--rate', '80%', '--iterations', '40'];
    const search = ['shrink', '--data', './data', '--validation', '50', ...sizes];
    const args = [...search, '--supermask-iterations', '40', '--values', '2', '--shift', '1', '--out', 'shrunk'];
    const { exitCode, stdout } = await run([...args, '--floor', '30%', '-o', 'small.ticket', '--json'], folder);
    expect(exitCode).toBe(0);
    const { file, smallest, files } = JSON.parse(stdout);
    expect(file).toBe('small.ticket');
    expect((await readFile(join(folder, file))).length).toBe(smallest.bytes);
    const able = files.filter((one: { validationAccuracy: number }) => one.validationAccuracy >= 0.3);
    expect(smallest.bytes).toBe(Math.min(...able.map(({ bytes }: { bytes: number }) => bytes)));
    const verified = await json(['verify', 'small.ticket']);
    expect(verified).toEqual({ testAccuracy: smallest.testAccuracy, digest: smallest.digest });
    const none = await run([...args, '--pressures', 'none', '--floor', '100%', '--validation', '51'], folder);
    expect(none).toMatchObject({ exitCode: 2, stdout: '' });
    expect(none.stderr).toContain('split.validation is 50 there and 51 here');
    const worse = await run(
      [...search, '--pressures', 'none', '--iterations', '1', '--values', '2', '--floor', '100%', '--out', 'worse'],
      folder,
    );
    expect(worse.exitCode).toBe(3);
    expect(worse.stderr).toContain('Lower --floor');
  });

  it.each([
    [['pack', 'masks-initial', '--level', '1'], 'a supermask has one density'],
    [['pack', 'masks-initial', '--body', 'recipe'], 'which nothing trains'],
    [['pack', 'masks-initial', '--trial', '7'], 'has no finished trial 7'],
    [['pack', 'run', '--body', 'supermask'], 'run is no folder of supermasks'],
    [['shrink', '--floor', '2'], '--floor must be a fraction'],
    [['shrink', '--values', '1'], '--values must be'],
    [['shrink', '--pressures', 'some'], '--pressures must be a number'],
    [['pack', 'run', '--level', '9'], 'The run has no finished level 9'],
    [['pack', 'run', '--loss-of', '1'], '--loss-of belongs to --body weights'],
    [['inspect', 'data/t10k-images-idx3-ubyte'], 'This is no ticket'],
    [['grow', 'missing.ticket'], 'cannot be read'],
  ])('or not is told in a sentence: %j', async (args, message) => {
    const { exitCode, stderr } = await run(args, folder);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(exitCode).toBe(2);
  });
});

/** A grey PNG of 28 × 28. */
function png(pixels: Uint8Array): Buffer {
  const lines = Buffer.concat(
    Array.from({ length: 28 }, (_, y) => Buffer.from([0, ...pixels.subarray(28 * y, 28 * y + 28)])),
  );
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(Buffer.concat([Buffer.from(type), data])));
    return Buffer.concat([length, Buffer.from(type), data, checksum]);
  };
  const size = Buffer.from([0, 0, 0, 28, 0, 0, 0, 28, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

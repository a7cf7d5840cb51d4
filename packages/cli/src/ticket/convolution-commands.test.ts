import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convolution, dense, flatten, maxPool, network, relu } from '@winnow/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../testing/command.js';
import { writeTinyData } from '../testing/tiny-data.js';

const seeing = network('seeing', { channels: 1, height: 28, width: 28 }, [
  convolution(4, { stride: 2 }),
  relu(),
  maxPool(),
  flatten(),
  dense(10),
]);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-seeing-'));
  await writeTinyData(join(folder, 'data'));
  const config = { network: seeing, data: './data', recipe: { iterations: 60, evaluateEvery: 30 } };
  await writeFile(join(folder, 'seeing.config.mjs'), `export default ${JSON.stringify(config)};`);
  const search = ['find', '--config', 'seeing.config.mjs', '--levels', '2', '--validation', '50', '--controls', 'none'];
  const found = await run([...search, '--workers', '1', '--out', 'run'], folder);
  expect(found.stderr).toBe('');
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** What the command printed as JSON. */
async function json(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { exitCode, stdout, stderr } = await run([...args, '--json'], folder, env);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
}

describe('a run of a convolutional network', { timeout: 240_000 }, () => {
  it('packed as a recipe grows to the identical digest, also by WebAssembly', async () => {
    const packed = await json(['pack', 'run', '--level', '2', '-o', 'r.ticket']);
    for (const env of [{}, { WINNOW_BACKEND: 'wasm' }]) {
      const grown = await json(['grow', 'r.ticket'], env);
      expect(grown).toEqual({ digest: packed.digest, expected: packed.digest, equal: true });
    }
  });

  it('exported as ONNX is pruned, trained on under its mask, and predicts alike after each door', async () => {
    const exported = await run(['export', 'run', '--level', '0', '--to', 'whole.onnx'], folder);
    expect(exported).toMatchObject({ exitCode: 0, stderr: '' });
    const training = ['--data', './data', '--iterations', '30', '--seed', '2'];
    const pruned = await json(['prune', 'whole.onnx', '--density', '30%', ...training, '--to', 'few.onnx', '--sparse']);
    expect(pruned.density).toBeCloseTo(0.3, 2);
    const tuned = await json(['prune', 'few.onnx', ...training, '--to', 'tuned.onnx']);
    expect(tuned.weights).toBe(pruned.weights);
    expect(tuned.testAccuracy.before).toBe(pruned.testAccuracy.after);
    expect(tuned.digest).not.toBe(pruned.digest);
    const same = await json([
      'prune',
      'tuned.onnx',
      '--data',
      './data',
      '--iterations',
      '0',
      '--to',
      'same.safetensors',
    ]);
    expect([same.digest, same.testAccuracy.after]).toEqual([tuned.digest, tuned.testAccuracy.after]);
  });

  it('packed with its weights is verified, inspected, and predicts as it was judged', async () => {
    const packed = await json(['pack', 'run', '--level', '1', '--body', 'weights', '--loss-of', '2', '-o', 'w.ticket']);
    const verified = await json(['verify', 'w.ticket']);
    expect(verified).toEqual({ testAccuracy: packed.testAccuracy, digest: packed.digest });
    const { layers } = await json(['inspect', 'w.ticket']);
    expect(layers).toMatchObject([
      { name: 'convolution 1', inputs: 9, outputs: 4 },
      { name: 'dense 1', inputs: 4 * 49, outputs: 10 },
    ]);
    const { predictions } = await json(['predict', 'w.ticket', 'data/t10k-images-idx3-ubyte']);
    const right = predictions.filter(({ label }: { label: number }, i: number) => label === (i * 7) % 10).length;
    expect(right / predictions.length).toBe(packed.testAccuracy);
    expect(packed.testAccuracy).toBeGreaterThan(0.3);
  });
});

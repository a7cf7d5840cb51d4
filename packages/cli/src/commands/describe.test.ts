import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../testing/command.js';
import { writeTinyData } from '../testing/tiny-data.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-cli-'));
  await writeTinyData(join(folder, 'tiny'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('winnow describe', () => {
  it('shows the layers of a network, fitted to data', async () => {
    const { stdout, stderr, exitCode } = await run(['describe', 'conv-2', '--data', './tiny', '--json'], folder);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const { name, input, weights, layers } = JSON.parse(stdout);
    expect({ name, input, weights }).toEqual({ name: 'conv-2-1x28x28', input: [1, 28, 28], weights: 3_316_800 });
    expect(layers[0]).toMatchObject({ shape: [64, 1, 3, 3], output: [64, 28, 28], multiplyAdds: 576 * 784 });
  });

  it('has a table with the totals', async () => {
    const { stdout } = await run(['describe', 'lenet-300-100'], folder);
    expect(stdout).toMatch(/^dense 1 +300 × 784 +300 +235,200 +300 +235,200$/m);
    expect(stdout).toMatch(/^all +266,200 +410 +266,200$/m);
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyExperiment } from '../testing/experiments.js';
import { barrierOf, connectSentence } from './connectivity.js';
import { between } from './measure.js';
import { runConnect } from './run-connect.js';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'winnow-connect-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const experiment = tinyExperiment({ controls: [], pruning: { rounds: 0 } });
const run = (from: readonly number[], backend: 'reference' | 'wasm' = 'wasm', folder = 'a') => {
  const reused: boolean[] = [];
  return runConnect(experiment, {
    out: join(out, folder),
    from,
    choice: { backend },
    onConnection: (_, again) => reused.push(again),
  }).then((summary) => ({ summary, reused }));
};

describe('a barrier', () => {
  const at = (accuracies: readonly number[]) =>
    accuracies.map((testAccuracy, i) => ({ at: i / (accuracies.length - 1), testAccuracy, testLoss: 0 }));
  it('is the largest error less the mean of the ends', () => {
    expect(barrierOf(at([0.75, 0.25, 1]))).toBe(0.75 - 0.125);
    expect(barrierOf(at([0.5, 0.5, 0.5]))).toBe(0);
  });
});

it('interpolates once, ends exact', () => {
  const values = (x: number) => [{ weights: Float32Array.of(x), biases: Float32Array.of(-x) }];
  expect(between(values(1), values(3), 0.5)).toEqual(values(2));
  expect(between(values(0.1), values(0.7), 0)).toEqual(values(0.1));
  expect(between(values(0.1), values(0.7), 1)).toEqual(values(0.7));
});

describe('winnow connect', () => {
  it('finds the same on every backend, and what is finished is not measured again', async () => {
    const { summary, reused } = await run([0, 30]);
    expect(reused).toEqual([false, false]);
    expect(summary.connections.map(({ from, line }) => [from, line.length])).toEqual([
      [0, 11],
      [30, 11],
    ]);
    const { summary: again, reused: kept } = await run([0, 20, 30]);
    expect(kept).toEqual([true, false, true]);
    expect([again.connections[0], again.connections[2]]).toEqual(summary.connections);
    expect((await run([0, 20, 30], 'reference', 'b')).summary.connections).toEqual(again.connections);
    expect(await readFile(join(out, 'a', 'report.md'), 'utf8')).toContain(connectSentence(again));
    expect(await readFile(join(out, 'a', 'connect.svg'), 'utf8')).toContain('from 20');
  });
  it('refuses an iteration that is not before the last, and a folder of something else', async () => {
    await expect(run([60])).rejects.toThrow(UserError);
    await writeFile(join(out, 'x'), '');
    await expect(run([0], 'wasm', '.')).rejects.toThrow('holds something else');
  });
});

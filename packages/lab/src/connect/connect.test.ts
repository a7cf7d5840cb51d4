import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOnes, maskFromPredicate, UserError } from '@winnow/arithmetic';
import { batchNorm, dense, network, relu, weightCount, weightLayers } from '@winnow/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteRun, listRuns } from '../store/list-runs.js';
import { tinyExperiment } from '../testing/experiments.js';
import { readConnectSummary } from './connect-folder.js';
import { barrierOf, type Connection, connectSentence } from './connectivity.js';
import { connectFigure } from './figure.js';
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

describe('the sentence', () => {
  const found = (barriers: readonly number[]): string =>
    connectSentence({
      connections: barriers.map((barrier, i): Connection => ({ trial: 0, from: 100 * i, line: [], barrier })),
    });
  it('names the first iteration from which on no barrier reaches 2 %', () => {
    expect(found([0.3, 0.0199, 0.001])).toBe(
      'Linearly connected from iteration 100: there the error barrier is 1.99 %, below 2 %.',
    );
    expect(found([0.01, 0.3, 0.015])).toContain('from iteration 200: there the error barrier is 1.50 %');
  });
  it('says so where the last barrier is too high', () => {
    expect(found([0.01, 0.02])).toBe(
      'Not linearly connected: from iteration 100 on, the error barrier is 2.00 %, and 2 % is the bound.',
    );
  });
});

describe('the figure', () => {
  it('is as its snapshot: a line for each iteration', async () => {
    const line = (height: number) =>
      Array.from({ length: 11 }, (_, i) => ({
        at: i / 10,
        testLoss: 0,
        testAccuracy: 0.98 - height * (i / 10) * (1 - i / 10),
      }));
    const connections = [0.4, 0.1, 0].map((height, i) => ({
      ...{ trial: 0, from: 100 * i, line: line(height), barrier: height / 4 },
    }));
    await expect(connectFigure({ connections }, 'wide')).toMatchFileSnapshot('snapshots/connect-wide.svg');
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

  it('tells how far the network and each copy are', async () => {
    const seen = new Map<string, number>();
    await runConnect(experiment, {
      ...{ out: join(out, 'told'), from: [0, 30], choice: { backend: 'wasm' } },
      onProgress({ trial, copy, iteration, iterations }) {
        expect([trial, iterations]).toEqual([0, 60]);
        seen.set(copy === null ? 'network' : `copy ${copy.number} from ${copy.from}`, iteration);
      },
    });
    expect([...seen]).toEqual([
      ['network', 30],
      ['copy 1 from 0', 60],
      ['copy 2 from 0', 60],
      ['copy 1 from 30', 60],
      ['copy 2 from 30', 60],
    ]);
  });

  it('connects trainings under the mask of a ticket, in every trial', async () => {
    const { network: whole } = experiment;
    const masksOf = (trial: number) =>
      weightLayers(whole).map(({ weights }) => maskFromPredicate(weights, (i) => (i + trial) % 3 === 0));
    const asked = (folder: string, hash = 'a') => ({
      ...{ out: join(out, folder), from: [0, 30], choice: { backend: 'wasm' } as const },
      ticketOf: async (trial: number) => ({ masks: masksOf(trial), hash }),
    });
    const two = { ...experiment, trials: 2 };
    const summary = await runConnect(two, asked('t'));
    expect(summary.connections.map(({ from, trial }) => [from, trial])).toEqual([
      [0, 0],
      [0, 1],
      [30, 0],
      [30, 1],
    ]);
    const kept = masksOf(0).reduce((sum, mask) => sum + countOnes(mask), 0);
    expect(summary.density).toBe(kept / weightCount(whole));
    const all = await run([0, 30]);
    expect(summary.connections[0].line).not.toEqual(all.summary.connections[0].line);
    expect(await readFile(join(out, 't', 'report.md'), 'utf8')).toContain('means over 2 trials');

    const reused: boolean[] = [];
    const again = { onConnection: (_: Connection, was: boolean) => void reused.push(was) };
    expect((await runConnect(two, { ...asked('t'), ...again })).connections).toEqual(summary.connections);
    await runConnect(two, { ...asked('t', 'another ticket'), ...again });
    expect(reused).toEqual([true, true, true, true, false, false, false, false]);
  });

  it('measures statistics of batch norms on the line, the same on every backend', async () => {
    const { inputs, classes } = experiment.network;
    const normed = network('normed', inputs, [dense(6), batchNorm(), relu(), dense(classes)]);
    const lines = [];
    for (const backend of ['wasm', 'reference'] as const) {
      const asked = { out: join(out, backend), from: [0], choice: { backend } };
      lines.push((await runConnect({ ...experiment, network: normed }, asked)).connections);
    }
    expect(lines[0]).toEqual(lines[1]);
    // Statistics on the line between two would be those of neither: errors would leap inside of it.
    expect(lines[0][0].line.every(({ testLoss }) => testLoss < 2 * Math.log(classes))).toBe(true);
  });

  it('is listed, shown and deleted like other runs', async () => {
    const { summary } = await run([0, 30]);
    const [listing] = await listRuns(out);
    const is = { kind: 'connect', network: 'tiny', data: 'tiny', levels: null, trials: 1, finished: 2, planned: 2 };
    expect(listing).toMatchObject({ ...is, path: summary.run });
    expect(await readConnectSummary(summary.run)).toEqual(summary);
    // As an earlier version left it.
    const about = JSON.parse(await readFile(join(summary.run, 'connect.json'), 'utf8'));
    await writeFile(
      join(summary.run, 'connect.json'),
      JSON.stringify({ format: about.format, settings: about.settings }),
    );
    expect((await listRuns(out))[0]).toMatchObject({ ...is, path: summary.run });
    await writeFile(join(summary.run, 'connect.json'), JSON.stringify(about));
    await rm(join(summary.run, 'from-30-trial-0.json'));
    expect((await listRuns(out))[0].finished).toBe(1);
    expect(await readConnectSummary(summary.run)).toBe(null);
    await deleteRun(summary.run);
    expect(await listRuns(out)).toEqual([]);
  });
  it('goes on in a folder in which nothing but the lock of a killed process is', async () => {
    await mkdir(join(out, 'a'));
    await writeFile(join(out, 'a', 'lock'), '999999999');
    expect((await run([0])).reused).toEqual([false]);
  });
  it('refuses an iteration that is not before the last, and a folder of something else', async () => {
    await expect(run([60])).rejects.toThrow(UserError);
    await writeFile(join(out, 'x'), '');
    await expect(run([0], 'wasm', '.')).rejects.toThrow('is no folder of connections: it holds x.');
  });
});

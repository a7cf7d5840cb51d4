import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOnes, RunError, UserError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { summaryOf } from '../cells/cell-record.js';
import { planCells } from '../plan/cells.js';
import { readRun } from '../store/read-run.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { trainHere } from '../testing/outcomes.js';
import type { LabEvent } from './events.js';
import { type RunOptions, runExperiment } from './run-experiment.js';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'winnow-lab-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const experiment = tinyExperiment();
const reference: RunOptions = { choice: { backend: 'reference' }, workers: 1 };

async function watched(options: RunOptions, of = experiment) {
  const events: LabEvent[] = [];
  const summary = await runExperiment(of, { ...reference, ...options, onEvent: (event) => events.push(event) });
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.message] : []));
  const trained = events.flatMap((event) => (event.kind === 'cell-started' ? [event] : []));
  return { summary, events, notes, trained, digests: summary.cells.map(({ digest }) => digest) };
}

describe('a run', () => {
  it('trains what each cell alone would have become, whatever the workers, the backend and the place', async () => {
    const { summary, digests } = await watched({ workers: 1 });
    const [dense, ticket] = planCells(experiment, tinyIdentity);
    const trained = trainHere(experiment, dense);
    const { masks, result } = trained;
    expect(digests[0]).toBe(result.digest);
    const parents = [{ masks, parameters: result.parameters, snapshots: result.snapshots }];
    expect(digests[1]).toBe(trainHere(experiment, ticket, parents).result.digest);

    expect(summary).toMatchObject({ run: null, backend: 'reference', isa: null });
    expect(summary.cells.map(({ level, kind }) => `${level} ${kind}`)).toEqual([
      '0 dense',
      '1 ticket',
      '1 reinit',
      '1 random',
      '2 ticket',
      '2 reinit',
      '2 random',
    ]);
    expect((await watched({ workers: 2 })).digests).toEqual(digests);
    expect((await watched({ workers: 3, out })).digests).toEqual(digests);
    expect((await watched({ choice: {} })).digests).toEqual(digests);
  });

  it('keeps frozen weights beside the kept ones, and goes on from both', async () => {
    const frozen = tinyExperiment({ mask0: 'frozen', mask1: 'constant-same-sign', controls: [] });
    const { digests, summary } = await watched({ out }, frozen);
    expect(summary.cells.map(({ stored }) => stored)).toEqual([150, 150, 150]);
    expect(summary.cells[2].weights).toBeLessThan(summary.cells[1].weights);
    expect((await watched({ choice: {} }, frozen)).digests).toEqual(digests);
    const { cells } = await readRun(out);
    expect((await cells[2].trained()).kept?.map(countOnes).reduce((a, b) => a + b)).toBe(summary.cells[2].weights);
    await rm(cells[2].path, { recursive: true });
    expect((await watched({ out }, frozen)).digests).toEqual(digests);
  });

  it('tells what it does, in order', async () => {
    const { events, summary } = await watched({ workers: 2, out });
    expect(events[0]).toMatchObject({ kind: 'plan', run: out, backend: 'reference', workers: 2, finished: new Set() });
    const steps = events.filter(({ kind }) => kind === 'cell-started' || kind === 'cell-finished');
    expect(steps).toHaveLength(2 * summary.cells.length);
    const finished = events.flatMap((event) => (event.kind === 'cell-finished' ? [event.cell] : []));
    expect(new Set(finished)).toEqual(new Set(summary.cells));
    expect(steps.at(-1)?.kind).toBe('cell-finished');
  });

  it('gives no more than `--json` promises', async () => {
    const { summary } = await watched({ workers: 2 });
    expect(Object.keys(summary)).toEqual(['run', 'backend', 'isa', 'cells', 'winner']);
    expect(summary.cells[0]).toEqual({
      trial: 0,
      level: 0,
      kind: 'dense',
      replicate: 0,
      density: 1,
      weights: 150,
      stored: 150,
      earlyStop: {
        iteration: expect.any(Number),
        validationLoss: expect.any(Number),
        testAccuracy: expect.any(Number),
      },
      final: { trainLoss: expect.any(Number), validationLoss: expect.any(Number), testAccuracy: expect.any(Number) },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      microsecondsPerStep: expect.any(Number),
    });
  });

  it.each([
    ['one-shot', { schedule: 'one-shot' }],
    ['continued', { schedule: 'continued' }],
    [
      'all schedules, rewound, in three trials',
      { schedule: ['iterative', 'one-shot', 'continued'], rewind: 20, trials: 3 },
    ],
    ['the rate rewound', { rewind: 'rate' }],
    [
      'global, with replicates',
      { pruning: { rounds: 2, scope: 'global' }, controls: [{ kind: 'random', replicates: 2 }] },
    ],
    ['the dense network alone', { pruning: { rounds: 0 } }],
  ] as const)('takes other shapes: %s', async (_, changes) => {
    const other = tinyExperiment(changes);
    const { summary, digests } = await watched({ workers: 2, out }, other);
    expect(digests).toHaveLength(planCells(other, tinyIdentity).length);
    for (const { weights, stored } of summary.cells) expect(stored).toBe(weights);
    expect((await watched({ workers: 1 }, other)).digests).toEqual(digests);
  });
});

describe('the same run again', () => {
  it('trains nothing that is finished', async () => {
    const first = await watched({ out });
    const again = await watched({ out });
    expect(again.trained).toEqual([]);
    expect(again.summary).toEqual(first.summary);
    expect(again.events.filter((event) => event.kind === 'cell-finished' && event.reused)).toHaveLength(7);
  });

  it('with more levels and trials trains only those', async () => {
    const first = await watched({ out });
    const more = await watched({ out }, tinyExperiment({ pruning: { rounds: 3 }, trials: 2 }));
    expect(more.trained).toHaveLength(3 + 10);
    expect(more.digests.slice(0, 7)).toEqual(first.digests);
  });

  it('makes a damaged cell again, and no other', async () => {
    const { digests } = await watched({ out });
    const [, ticket] = planCells(experiment, tinyIdentity);
    await writeFile(join(out, 'cells', ticket.name, 'weights.safetensors'), 'x');
    const again = await watched({ out });
    expect(again.trained.map(({ cell }) => cell)).toEqual([{ trial: 0, level: 1, kind: 'ticket', replicate: 0 }]);
    expect(again.notes).toEqual([expect.stringContaining('trial 0, level 1 (ticket) is damaged')]);
    expect(again.digests).toEqual(digests);
  });

  it('can be read from its folder, without its data', async () => {
    const { summary } = await watched({ out });
    const run = await readRun(out);
    expect(run.summary).toEqual(summary);
    expect(run.cells.map(summaryOf)).toEqual(summary.cells);
    expect(run.cells[3].rows.map(({ iteration }) => iteration)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect((await run.cells[1].masks())[0].length).toBe(120);
    expect(run.notes).toEqual([]);
    await rm(join(run.cells[3].path, 'metrics.jsonl'));
    const damaged = await readRun(out);
    expect(damaged.cells).toHaveLength(6);
    expect(damaged.notes).toEqual([expect.stringContaining('trial 0, level 1 (random) is damaged: its metrics.jsonl')]);
  });
});

describe('a run that is aborted', () => {
  const slow = tinyExperiment({
    recipe: { iterations: 2000, evaluateEvery: 50, batch: 20 },
    pruning: { rounds: 1 },
    controls: [],
  });

  it('leaves checkpoints, rejects with the reason, and goes on from there with the same bits', async () => {
    const whole = await watched({ workers: 2 }, slow);
    const controller = new AbortController();
    const aborting = runExperiment(slow, {
      ...reference,
      out,
      workers: 2,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === 'cell-progress' && event.iteration > 0) controller.abort(new Error('enough'));
      },
    });
    await expect(aborting).rejects.toThrow('enough');
    const checkpoints = (await readdir(join(out, 'cells', 'trial-0'))).filter((name) => name.includes('checkpoint'));
    expect(checkpoints.length).toBeGreaterThan(0);
    expect(await readdir(out)).not.toContain('lock');

    const continued = await watched({ out, workers: 1 }, slow);
    expect(continued.trained.some(({ fromIteration }) => fromIteration > 0)).toBe(true);
    expect(continued.digests).toEqual(whole.digests);
    expect(await readdir(join(out, 'cells', 'trial-0'))).toHaveLength(2);
  });

  it('before it starts does nothing at all', async () => {
    const signal = AbortSignal.abort();
    const path = join(out, 'new');
    await expect(runExperiment(slow, { ...reference, out: path, signal })).rejects.toThrow('abort');
    expect(await readdir(out)).toEqual([]);
  });
});

describe('a run that fails', () => {
  it('says in which cell a value is not finite', async () => {
    const wild = tinyExperiment({ recipe: { iterations: 60, batch: 20, optimizer: { name: 'sgd', rate: 1e30 } } });
    const running = runExperiment(wild, { ...reference, out });
    await expect(running).rejects.toThrow(RunError);
    await expect(running).rejects.toThrow(/^In trial 0, level \d \((dense|random)\): .* is not finite at iteration \d/);
    expect(await readdir(out)).not.toContain('lock');
  });

  it('names the layer that has no weights left, and keeps what was finished', async () => {
    const deep = tinyExperiment({ pruning: { rounds: 6, rate: 0.9, outputRate: 0.9 }, controls: [] });
    const running = runExperiment(deep, { ...reference, out });
    await expect(running).rejects.toThrow(RunError);
    await expect(running).rejects.toThrow(
      /^In trial 0, level 2 \(ticket\): .*"dense 2" has no weights left at level 2/,
    );
    expect((await readRun(out)).cells.map(({ level }) => level)).toEqual([0, 1]);
  });

  it('for a reason that the user can mend makes nothing', async () => {
    const path = join(out, 'new');
    const wrong = [
      { ...experiment, data: 'no-such-data' },
      { ...experiment, data: join(out, 'nowhere') },
      { ...experiment, split: { validation: 200, stratified: false } },
      { ...experiment, network: tinyExperiment({ network: 'lenet-300-100' }).network },
    ];
    await expect(runExperiment(experiment, { out: path, workers: 0 })).rejects.toThrow(UserError);
    await expect(runExperiment(experiment, { out: path, threads: 65 })).rejects.toThrow(UserError);
    await expect(runExperiment(experiment, { out: path, checkpointEverySeconds: -1 })).rejects.toThrow(UserError);
    for (const each of wrong) await expect(runExperiment(each, { ...reference, out: path })).rejects.toThrow(UserError);
    expect(await readdir(out)).toEqual([]);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOnes, RunError, UserError } from '@winnow/arithmetic';
import { batchNorm, convolution, dense, evaluateParameters, flatten, loadBackend, network, relu } from '@winnow/engine';
import { readParameters } from '@winnow/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteRun, listRuns } from '../store/list-runs.js';
import { tinyData, tinyLaidOut, tinyNetwork } from '../testing/experiments.js';
import { readSupermaskRun } from './read-supermask-run.js';
import { runSupermask, type SupermaskEvent, type SupermaskRunOptions } from './run-supermask.js';
import { normaliseSupermask, type SupermaskInput } from './supermask-experiment.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-supermask-'));
});
afterAll(() => rm(folder, { recursive: true }));

const input = (changes: SupermaskInput = {}) =>
  normaliseSupermask({
    network: tinyNetwork,
    data: tinyData(),
    split: { validation: 40 },
    ...changes,
    recipe: { iterations: 60, evaluateEvery: 10, batch: 20, ...changes.recipe },
  });

const run = (name: string, changes: SupermaskInput = {}, options: Partial<SupermaskRunOptions> = {}) =>
  runSupermask(input(changes), { out: join(folder, name), command: 'winnow supermask', ...options });

describe('a search for supermasks', () => {
  it.each(['learned', 'edge-popup', 'heuristic'] as const)('ships a mask that does what it says: %s', async (kind) => {
    const summary = await run(kind, { kind });
    const bytes = await readFile(join(folder, kind, 'trial-0', 'supermask.safetensors'));
    const { masks, parameters } = readParameters(bytes, tinyNetwork, 'supermask');
    const backend = await loadBackend();
    const judged = evaluateParameters(
      { backend, network: tinyNetwork, masks, parameters, data: tinyLaidOut() },
      'test',
    );
    expect(judged.accuracy).toBe(summary.deterministicTestAccuracy);
    expect(summary.weights).toBe(masks.reduce((sum, mask) => sum + countOnes(mask), 0));
    expect(summary.density).toBe(summary.weights / 150);
    expect(summary.sweep.length).toBe(kind === 'heuristic' ? 24 : 0);
    const report = await readFile(join(folder, kind, 'report.md'), 'utf8');
    expect(report).toContain(`Supermasks of tiny on tiny: ${kind}`);
    expect(report).toContain('](figures/supermask.svg)');
    expect(await readFile(join(folder, kind, 'figures', 'supermask.svg'), 'utf8')).toMatch(/^<svg /);
    expect(JSON.parse(await readFile(join(folder, kind, 'results.json'), 'utf8'))).toEqual(summary);
  });

  it.each(['learned', 'edge-popup', 'heuristic'] as const)('runs on a convolutional network: %s', async (kind) => {
    const seeing = network('seeing', { channels: 1, height: 3, width: 4 }, [
      convolution(4),
      relu(),
      flatten(),
      dense(6),
      relu(),
      dense(3),
    ]);
    const summary = await run(`${kind}-seeing`, { kind, network: seeing });
    const bytes = await readFile(join(folder, `${kind}-seeing`, 'trial-0', 'supermask.safetensors'));
    const { masks, parameters } = readParameters(bytes, seeing, 'supermask');
    const backend = await loadBackend();
    const judged = evaluateParameters({ backend, network: seeing, masks, parameters, data: tinyLaidOut() }, 'test');
    expect(judged.accuracy).toBe(summary.deterministicTestAccuracy);
    expect(summary.trials[0].layerDensities.length).toBe(3);
  });

  it('is listed, read and deleted like other runs', async () => {
    const summary = await run('listed', { trials: 2 });
    const path = join(folder, 'listed');
    const listing = (await listRuns(folder)).find((run) => run.path === path);
    expect(listing).toMatchObject({
      kind: 'supermask',
      network: 'tiny',
      data: 'tiny',
      levels: null,
      trials: 2,
      finished: 2,
    });
    const stored = await readSupermaskRun(path);
    expect(stored).toMatchObject({
      kind: 'learned',
      network: 'tiny',
      planned: 2,
      command: 'winnow supermask',
      summary,
    });
    await writeFile(join(path, 'trial-1', 'result.json'), '{"hash":"other","result":{"trial":1}}');
    expect((await readSupermaskRun(path)).trials.map(({ trial }) => trial)).toEqual([0]);
    await deleteRun(path);
    expect(await readdir(folder)).not.toContain('listed');
  });

  it('finds heuristic masks at least as good on validation data as with one power for all layers', async () => {
    await run('heuristic', { kind: 'heuristic' });
    const { result } = JSON.parse(await readFile(join(folder, 'heuristic', 'trial-0', 'result.json'), 'utf8'));
    const best = Math.max(...result.sweep.map((point: { validationAccuracy: number }) => point.validationAccuracy));
    expect(result.validationAccuracy).toBeGreaterThanOrEqual(best);
  });

  it('gives the same whatever the number of workers, and uses finished trials again', async () => {
    const one = await run('one', { trials: 2 }, { workers: 1 });
    const two = await run('two', { trials: 2 }, { workers: 2 });
    expect(two.trials.map(({ digest }) => digest)).toEqual(one.trials.map(({ digest }) => digest));
    expect(one.trials[0].digest).not.toBe(one.trials[1].digest);
    const events: SupermaskEvent[] = [];
    await run('two', { trials: 3 }, { onEvent: (event) => events.push(event) });
    const finished = events.flatMap((event) => (event.kind === 'trial-finished' ? [event.reused] : []));
    expect(finished).toEqual([true, true, false]);
  });

  it('stops when it is asked to, and goes on with the same bits', async () => {
    const recipe = { iterations: 4000, evaluateEvery: 20 };
    const whole = await run('whole', { recipe });
    const controller = new AbortController();
    const stopped = run(
      'stopped',
      { recipe },
      {
        signal: controller.signal,
        checkpointEverySeconds: 0,
      },
    );
    let ended = false;
    const end = () => {
      ended = true;
    };
    stopped.then(end, end);
    const path = join(folder, 'stopped');
    while (!ended && !(await readdir(path).catch(() => [] as string[])).includes('trial-0.checkpoint.safetensors')) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    controller.abort(new RunError('stopped'));
    await stopped.catch((error: unknown) => expect(error).toBe(controller.signal.reason));
    const again = await run('stopped', { recipe });
    expect(again.trials[0].digest).toBe(whole.trials[0].digest);
    expect(await readdir(path)).not.toContain('trial-0.checkpoint.safetensors');
  });

  describe('of heuristic masks', () => {
    /** Runs until so many masks are judged; returns how many there were after each judgement. */
    async function judgedUntil(name: string, last: number): Promise<readonly number[]> {
      const counts: number[] = [];
      const controller = new AbortController();
      const reason = new RunError('stopped');
      const onEvent = (event: SupermaskEvent) => {
        if (event.kind !== 'judged') return;
        counts.push(event.masks);
        if (event.masks === last) controller.abort(reason);
      };
      await expect(run(name, { kind: 'heuristic' }, { signal: controller.signal, onEvent })).rejects.toBe(reason);
      return counts;
    }

    it('judges none again: stopped in its sweep, it goes on from there', async () => {
      const whole = await run('heuristic', { kind: 'heuristic' });
      await judgedUntil('halted', 50);
      expect(await readdir(join(folder, 'halted'))).toContain('trial-0.judged.json');
      const counts = await judgedUntil('halted', 60);
      expect([counts[0], counts.filter((count) => count > 50)]).toEqual([50, [51, 52, 53, 54, 55, 56, 57, 58, 59, 60]]);
      const again = await run('halted', { kind: 'heuristic' });
      expect(again.trials[0].digest).toBe(whole.trials[0].digest);
      expect(again.sweep).toEqual(whole.sweep);
      expect(await readdir(join(folder, 'halted'))).not.toContain('trial-0.judged.json');
    });

    it('judges again what was judged under other settings', async () => {
      await judgedUntil('changed', 3);
      const path = join(folder, 'changed', 'trial-0.judged.json');
      const { accuracies } = JSON.parse(await readFile(path, 'utf8'));
      expect(Object.keys(accuracies).length).toBe(3);
      await writeFile(path, JSON.stringify({ hash: 'other', accuracies }));
      expect(await judgedUntil('changed', 2)).toEqual([1, 2]);
    });
  });
});

describe('what the user can mend', () => {
  it('is a setting of another kind', () => {
    expect(() => input({ kind: 'heuristic', pressure: 1 })).toThrow(
      'A supermask of the kind heuristic has no pressure: that belongs to learned.',
    );
    expect(() => input({ kind: 'learned', density: 0.3 })).toThrow(UserError);
    expect(() => input({ kind: 'heuristic', criterion: 'large-finl' })).toThrow('Did you mean');
  });

  it('is a network with batch norm', () => {
    const layers = [convolution(2), batchNorm(), relu(), flatten(), dense(3)];
    const normalised = network('normalised', { channels: 1, height: 3, width: 4 }, layers);
    expect(() => input({ network: normalised })).toThrow(
      '"normalised" has it: its statistics would have to be trained',
    );
  });

  it('is a folder of another search, or of something else', async () => {
    await run('mine');
    await expect(run('mine', { seed: 2 })).rejects.toThrow('holds another search: seed is 1 there and 2 here');
    await expect(run('mine', {}, { out: folder })).rejects.toThrow('is no folder of supermasks');
  });

  it('is a damaged file', async () => {
    await run('damaged');
    await writeFile(join(folder, 'damaged', 'supermask.json'), '{');
    await expect(run('damaged')).rejects.toThrow('supermask.json is damaged');
  });
});

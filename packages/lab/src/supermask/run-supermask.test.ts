import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOnes, RunError, UserError } from '@winnow/arithmetic';
import { evaluateParameters, loadBackend } from '@winnow/engine';
import { readParameters } from '@winnow/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyData, tinyLaidOut, tinyNetwork } from '../testing/experiments.js';
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
    expect(await readFile(join(folder, kind, 'report.md'), 'utf8')).toContain(`Supermasks of tiny on tiny: ${kind}`);
    expect(JSON.parse(await readFile(join(folder, kind, 'results.json'), 'utf8'))).toEqual(summary);
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
});

describe('what the user can mend', () => {
  it('is a setting of another kind', () => {
    expect(() => input({ kind: 'heuristic', pressure: 1 })).toThrow(
      'A supermask of the kind heuristic has no pressure: that belongs to learned.',
    );
    expect(() => input({ kind: 'learned', density: 0.3 })).toThrow(UserError);
    expect(() => input({ kind: 'heuristic', criterion: 'large-finl' })).toThrow('Did you mean');
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

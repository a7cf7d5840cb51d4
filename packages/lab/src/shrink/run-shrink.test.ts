import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { digestParameters, evaluateParameters, loadBackend } from '@winnow/engine';
import { networkOf } from '@winnow/formats';
import { readTicket } from '@winnow/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns } from '../store/list-runs.js';
import { tinyData, tinyLaidOut, tinyNetwork } from '../testing/experiments.js';
import { runShrink, type ShrinkEvent, type ShrinkRunOptions, ticketOf } from './run-shrink.js';
import { normaliseShrink, type ShrinkInput } from './shrink-experiment.js';
import { readShrinkSummary } from './shrink-folder.js';
import { smallestFile } from './shrink-result.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-shrink-'));
});
afterAll(() => rm(folder, { recursive: true }));

const input = (changes: ShrinkInput = {}) =>
  normaliseShrink({
    search: {
      network: tinyNetwork,
      data: tinyData(),
      split: { validation: 40 },
      recipe: { iterations: 40, evaluateEvery: 20, batch: 20 },
      pruning: { rounds: 3 },
    },
    ...{ floor: 0.5, pressures: [1], supermaskIterations: 40, values: [2, 4], all: true },
    ...changes,
  });

const run = (name: string, changes: ShrinkInput = {}, options: Partial<ShrinkRunOptions> = {}) =>
  runShrink(input(changes), { out: join(folder, name), workers: 1, command: 'winnow shrink', ...options });

describe('a search for the smallest file', { timeout: 120_000 }, () => {
  it.each([
    ['as they are', {}],
    ['shifted and distilled', { shift: 1, distil: 2 }],
  ] as const)('makes files that do what it says of them: images %s', async (name, changes) => {
    const summary = await run(name, changes);
    expect(summary.files.map((file) => file.kind).sort()).toEqual([
      'supermask',
      'supermask with biases',
      ...Array.from({ length: 6 }, () => 'ticket'),
    ]);
    const backend = await loadBackend();
    for (const file of summary.files) {
      const bytes = await readFile(join(folder, name, 'files', `${file.name}.ticket`));
      expect(bytes.length).toBe(file.bytes);
      const { masks, parameters } = networkOf(readTicket(bytes));
      expect(digestParameters(parameters)).toBe(file.digest);
      const of = { backend, network: tinyNetwork, masks, parameters, data: tinyLaidOut() };
      expect(evaluateParameters(of, 'validation').accuracy).toBe(file.validationAccuracy);
      expect(evaluateParameters(of, 'test').accuracy).toBe(file.testAccuracy);
      if (file.values === null) continue;
      for (const layer of parameters) expect(new Set(layer.weights).size).toBeLessThanOrEqual(file.values);
    }
    expect(summary.smallest).toEqual(smallestFile(summary.files, 0.5));
    expect(ticketOf(summary)).toContain(summary.smallest!.name);
    expect(JSON.parse(await readFile(join(folder, name, 'results.json'), 'utf8'))).toEqual(summary);
    expect(await readFile(join(folder, name, 'report.html'), 'utf8')).toContain('on validation data');
    expect(await readFile(join(folder, name, 'bytes-by-accuracy.svg'), 'utf8')).toContain('<svg');
  });

  it('makes no finished file again, and goes on with the same bits where it was stopped', async () => {
    const whole = await run('whole');
    const events: ShrinkEvent[] = [];
    const again = await run('whole', { floor: 0.6 }, { onEvent: (event) => events.push(event) });
    expect(again.files).toEqual(whole.files);
    const listing = (await listRuns(folder)).find(({ path }) => path === whole.run);
    const { length } = whole.files;
    expect(listing).toMatchObject({ kind: 'shrink', network: 'tiny', data: 'tiny', finished: length, planned: length });
    expect(await readShrinkSummary(whole.run)).toEqual(again);
    expect(events.filter((event) => event.kind === 'file').every((event) => event.reused)).toBe(true);
    expect(events.some((event) => event.kind === 'progress')).toBe(false);

    const controller = new AbortController();
    const stopped = run(
      'stopped',
      {},
      {
        signal: controller.signal,
        onEvent: (event) => event.kind === 'file' && controller.abort(new Error('stop')),
      },
    );
    await expect(stopped).rejects.toThrow('stop');
    const seen: boolean[] = [];
    const onEvent = (event: ShrinkEvent) => event.kind === 'file' && seen.push(event.reused);
    const resumed = await run('stopped', {}, { onEvent });
    expect(resumed.files).toEqual(whole.files);
    expect(seen.slice(0, 2)).toEqual([true, false]);
  });

  it('leaves out what cannot be the smallest, unless all is asked for', async () => {
    const all = await run('whole');
    const few = await run('few', { all: false });
    expect(few.files.length).toBeLessThan(all.files.length);
    expect(few.files.every((file) => all.files.some((other) => other.digest === file.digest))).toBe(true);
  });

  it('begins nothing new when its time is up', async () => {
    const summary = await run('late', {}, { budgetMinutes: 0 });
    expect(summary).toMatchObject({ files: [], smallest: null, stoppedEarly: true });
    expect(() => ticketOf(summary)).toThrow(UserError);
  });

  it('keeps to folders of its own', async () => {
    await writeFile(join(folder, 'letter.txt'), 'dear');
    await expect(runShrink(input(), { out: folder, command: '' })).rejects.toThrow(
      'is no search for the smallest file: it holds ',
    );
  });
});

describe('a setting that none can have', () => {
  it.each([
    [{ floor: 1.1 }, 'The floor must be a fraction above 0 and up to 1, not 1.1.'],
    [{ densest: 0 }, 'The densest level must be a fraction above 0 and up to 1, not 0.'],
    [{ values: [1] }, 'Values to share must be whole numbers from 2 to 256.'],
    [{ values: [] }, 'Values to share must be whole numbers from 2 to 256.'],
    [{ pressures: [Number.NaN] }, 'A pressure must be a number from 0 on, not NaN.'],
    [{ supermaskIterations: 0 }, 'Iterations of a supermask must be a whole number from 1 on, not 0.'],
    [{ tuningIterations: 1.5 }, 'Iterations of tuning must be a whole number from 1 on, not 1.5.'],
    [{ weightDecay: -1 }, 'The weight decay must be a number from 0 on, not -1.'],
    [{ shift: 0.5 }, 'The shift must be a whole number from 0 on, not 0.5.'],
    [{ distil: 0 }, 'The temperature of distillation must be a number above 0, not 0.'],
  ])('is named: %o', (changes, sentence) => {
    expect(() => input(changes)).toThrow(new UserError(sentence));
  });
});

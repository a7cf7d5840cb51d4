import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadExperiment, loadExperimentInput } from './load.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-config-'));
  path = join(folder, 'winnow.config.ts');
});
afterEach(() => rm(folder, { recursive: true }));

const typed = (body: string) => writeFile(path, `const trials: number = 3;\nexport default ${body};\n`);

describe('an experiment in a file', () => {
  it('is TypeScript, and is completed', async () => {
    await typed(`{ network: 'lenet-300-100', data: 'mnist', trials }`);
    expect(await loadExperiment(path)).toMatchObject({ trials: 3, levels: 20 });
    expect(await loadExperimentInput(path)).toEqual({ network: 'lenet-300-100', data: 'mnist', trials: 3 });
  });

  it('is read again after it has changed', async () => {
    await typed(`{ network: 'lenet-300-100', data: 'mnist', seed: 1 }`);
    await loadExperiment(path);
    await typed(`{ network: 'lenet-300-100', data: 'mnist', seed: 2 }`);
    expect((await loadExperiment(path)).seed).toBe(2);
  });

  it.each([
    [
      'names the file and the setting that is wrong',
      `{ network: 'lenet-300-100', data: 'mnist', trials: 'x' }`,
      'winnow.config.ts: trials must be a whole number from 1 to 10000, not "x".',
    ],
    ['says that it does not run', `(() => { throw new Error('no such thing') })()`, 'cannot be run: no such thing.'],
    ['says that it does not parse', `{ network: `, 'cannot be run: '],
  ])('%s', async (_, body, message) => {
    await typed(body);
    await expect(loadExperiment(path)).rejects.toThrow(UserError);
    await expect(loadExperiment(path)).rejects.toThrow(message);
  });

  it('must be there, and have a default export', async () => {
    await expect(loadExperiment(path)).rejects.toThrow(`There is no file ${path}.`);
    await writeFile(path, 'export const experiment = {};\n');
    await expect(loadExperiment(path)).rejects.toThrow('has no default export');
  });

  it('can be loaded in a worker thread', async () => {
    await typed(`{ network: 'lenet-300-100', data: 'mnist', trials }`);
    const lab = createRequire(import.meta.url)
      .resolve('@winnow/lab/worker')
      .replace(/scheduler.worker\.js$/, 'index.js');
    const code = `const { parentPort, workerData: [lab, path] } = require('node:worker_threads');
      import(lab).then(({ loadExperiment }) => loadExperiment(path)).then(({ trials }) => parentPort.postMessage(trials));`;
    const worker = new Worker(code, { eval: true, execArgv: [], workerData: [lab, path] });
    const trials = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    expect(trials).toBe(3);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { loadBlockCase } from '../testing/cases/gather.js';
import { runCase } from '../testing/run-case.js';
import { availableBackends } from './load.js';
import { findNative } from './native.js';
import { findWasm } from './wasm.js';

const backends = await availableBackends();
const named = backends.map((backend) => ({ name: `${backend.name} ${backend.isa ?? ''}`, backend }));

describe.each(named)('an arena of the $name backend', ({ backend }) => {
  it('starts with zeros, as floats and as words over the same memory', () => {
    const arena = backend.open(100_000, new Uint8Array(64));
    expect(arena.floats.length).toBe(100_000);
    expect(arena.floats.every((value) => Object.is(value, 0))).toBe(true);
    arena.floats[99_999] = 1;
    expect(arena.words[99_999]).toBe(0x3f800000);
    arena.close();
  });

  it('has memory of its own', () => {
    const [a, b] = [backend.open(16, new Uint8Array(64)), backend.open(16, new Uint8Array(64))];
    a.words.fill(7);
    expect([...b.words]).toEqual(new Array(16).fill(0));
    a.close();
    b.close();
  });

  it('reads data in shared memory, from any byte on', () => {
    const c = loadBlockCase({ features: 37, needed: null, listed: true, seed: 1 });
    const shared = new Uint8Array(new SharedArrayBuffer(c.data.length + 100), 3, c.data.length);
    shared.set(c.data);
    expect(runCase(backend, { ...c, data: shared })).toEqual(runCase(backend, c));
  });

  it('runs in a worker thread with the same bits', async () => {
    const c = loadBlockCase({ features: 37, needed: null, listed: true, seed: 2 });
    const choice = { backend: backend.name, ...(backend.isa !== null && { isa: backend.isa }) };
    expect(await runInWorker(choice, c)).toEqual(runCase(backend, c).after);
  });
});

describe('a native arena', () => {
  const native = backends.find(({ name }) => name === 'native');

  it.skipIf(native === undefined)('cannot be used after it was closed', () => {
    const arena = native!.open(16, new Uint8Array(64));
    arena.close();
    expect(arena.floats.length).toBe(0);
    expect(() => arena.run(0, 1)).toThrow('closed');
    expect(() => arena.close()).not.toThrow();
  });
});

describe('a backend that is not there', () => {
  it('says what to do', async () => {
    for (const found of [findNative('/nowhere/winnow.node'), await findWasm('/nowhere/winnow.wasm')]) {
      expect(found).toEqual({ kind: 'missing', reason: expect.stringContaining('npm run build') });
    }
  });

  it('says so too if its file is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'winnow-damaged-'));
    const file = join(folder, 'winnow.node');
    writeFileSync(file, 'damaged');
    for (const found of [findNative(file), await findWasm(file)]) {
      expect(found).toEqual({ kind: 'missing', reason: expect.stringContaining('cannot be loaded') });
    }
    rmSync(folder, { recursive: true });
  });
});

/** Runs a case with the compiled package, since a worker knows no TypeScript. */
function runInWorker(choice: object, kernelCase: object): Promise<Int32Array> {
  const dist = new URL('../../dist/', import.meta.url).href;
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { loadBackend } = await import('${dist}backends/load.js');
    const { runCase } = await import('${dist}testing/run-case.js');
    parentPort.postMessage(runCase(await loadBackend(workerData.choice), workerData.kernelCase).after);
  `;
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData: { choice, kernelCase }, execArgv: [] });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

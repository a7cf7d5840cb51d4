import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError, UserError } from '@winnow/arithmetic';
import { reference, type SavedRunMeta } from '@winnow/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planCells } from '../plan/cells.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { trainHere } from '../testing/outcomes.js';
import { writeDurably } from './files.js';
import { cellsFolder, folderStore, sweepCells } from './folder-store.js';
import { provenanceOf } from './versions.js';

const experiment = tinyExperiment();
const [dense] = planCells(experiment, tinyIdentity);
const outcome = trainHere(experiment, dense);

let run: string;
let notes: string[];
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'winnow-store-'));
  notes = [];
});
afterEach(() => rm(run, { recursive: true }));

const provenance = provenanceOf(reference);
const open = (write = writeDurably) =>
  folderStore(run, { network: experiment.network, provenance, note: (message) => notes.push(message), write });
const folderOf = ({ name } = dense) => join(cellsFolder(run), name);
const files = async () => (await readdir(run, { recursive: true })).filter((name) => name.includes('.')).sort();

describe('a stored cell', () => {
  it('is found again, bit for bit', async () => {
    const store = open();
    expect(await store.find(dense)).toBeNull();
    const record = await store.put(dense, outcome);
    expect(await open().find(dense)).toEqual(record);
    expect(record.digest).toBe(outcome.result.digest);
    expect(await store.rows(dense)).toEqual(outcome.result.rows);
    expect(await store.trained(dense)).toEqual({
      masks: outcome.masks,
      parameters: outcome.result.parameters,
      snapshots: new Map(),
    });
    expect(notes).toEqual([]);
  });

  it('is a folder of plain files that says everything of itself', async () => {
    await open().put(dense, outcome);
    expect((await readdir(folderOf())).sort()).toEqual(['manifest.json', 'metrics.jsonl', 'weights.safetensors']);
    const manifest = JSON.parse(await readFile(join(folderOf(), 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      name: dense.name,
      settings: { seed: 1, recipe: { batch: 20 }, split: { stratified: false }, replicate: 0, arithmetic: 1 },
      machine: { backend: 'reference', isa: null },
      result: { digest: outcome.result.digest, weights: 150 },
    });
    const metrics = (await readFile(join(folderOf(), 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(metrics.map((line) => JSON.parse(line).iteration)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  });

  it.each<[string, (folder: string) => Promise<void>, string]>([
    [
      'a byte of its weights has changed',
      (folder) => flip(join(folder, 'weights.safetensors')),
      'its weights.safetensors has changed',
    ],
    [
      'its curve was cut off',
      (folder) => writeFile(join(folder, 'metrics.jsonl'), '{}\n'),
      'its metrics.jsonl has 3 bytes in place of',
    ],
    [
      'a file is missing',
      (folder) => unlink(join(folder, 'weights.safetensors')),
      'its weights.safetensors is missing',
    ],
    ['its manifest is missing', (folder) => unlink(join(folder, 'manifest.json')), 'it has no manifest.json'],
    [
      'its manifest was edited',
      edit((text) => text.replace('"trial": 0', '"trial": 1')),
      'its manifest.json is damaged',
    ],
    ['its manifest is no JSON', edit(() => '{'), 'its manifest.json is damaged'],
    ['its manifest is empty', edit(() => ''), 'its manifest.json is damaged'],
  ])('is found to be damaged when %s, and made again', async (_, damage, reason) => {
    const store = open();
    const record = await store.put(dense, outcome);
    await damage(folderOf());
    expect(await store.find(dense)).toBeNull();
    expect(notes).toEqual([expect.stringContaining(`The cell of trial 0, level 0 (dense) is damaged (${reason}`)]);
    await store.put(dense, outcome);
    expect(await store.find(dense)).toEqual(record);
    expect(await files()).toHaveLength(3);
  });

  it('is damaged when it is another cell under its name', async () => {
    await open().put(dense, outcome);
    expect(await open().find({ ...dense, hash: 'f'.repeat(64) })).toBeNull();
    expect(notes[0]).toContain('it is another cell');
  });

  it('keeps the values that others rewind to, those of earlier trainings too', async () => {
    const rewound = (iteration: number) => {
      const [cell] = planCells(tinyExperiment({ rewind: iteration }), tinyIdentity);
      return { cell, outcome: trainHere(tinyExperiment({ rewind: iteration }), cell) };
    };
    const [twenty, forty] = [rewound(20), rewound(40)];
    expect(twenty.cell.name).toBe(dense.name);
    const store = open();
    await store.put(twenty.cell, twenty.outcome);
    expect(await store.find(twenty.cell)).not.toBeNull();
    expect(await store.find(forty.cell)).toBeNull();
    expect(notes).toEqual([
      'The cell of trial 0, level 0 (dense) has no values of iteration 40 to rewind to and is made again.',
    ]);
    await store.put(forty.cell, forty.outcome);
    const { snapshots } = await store.trained(dense);
    expect([...snapshots.keys()].sort()).toEqual([20, 40]);
    expect(snapshots.get(20)).toEqual(twenty.outcome.result.snapshots.get(20));
    expect(await store.find(twenty.cell)).not.toBeNull();
  });
});

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(path, bytes);
}

function edit(change: (text: string) => string) {
  return async (folder: string) => {
    const path = join(folder, 'manifest.json');
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
}

describe('a checkpoint', () => {
  const saved = {
    meta: { iteration: 30, rows: [], snapshots: [], callMicroseconds: [1.5] } as unknown as SavedRunMeta,
    arrays: { 'layer.0.weights': Float32Array.of(1, -2), 'layer.0.biases': new Float32Array(0) },
  };
  const path = () => `${folderOf()}.checkpoint.safetensors`;

  it('is given back exactly, and goes when the cell is finished', async () => {
    const store = open();
    expect(await store.checkpoint(dense)).toBeNull();
    await store.putCheckpoint(dense, saved);
    await store.putCheckpoint(dense, saved);
    expect(await store.checkpoint(dense)).toEqual(saved);
    await store.put(dense, outcome);
    expect(await store.checkpoint(dense)).toBeNull();
    expect(await files()).toHaveLength(3);
  });

  it('that a killed process left beside its finished cell is cleared away', async () => {
    const store = open();
    await store.put(dense, outcome);
    await store.putCheckpoint(dense, saved);
    await store.find(dense);
    expect(await files()).toHaveLength(3);
  });

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['cut short', (bytes) => bytes.subarray(0, 100)],
    ['empty', () => new Uint8Array(0)],
    ['changed in its values', (bytes) => bytes.fill(9, bytes.length - 1)],
    ['changed in its text', (bytes) => Buffer.from(bytes.toString('latin1').replace('1.5', '1.7'), 'latin1')],
  ])('that is %s is not used', async (_, damage) => {
    const store = open();
    await store.putCheckpoint(dense, saved);
    await writeFile(path(), damage(await readFile(path())));
    expect(await store.checkpoint(dense)).toBeNull();
    expect(notes).toEqual([
      'The checkpoint of trial 0, level 0 (dense) is damaged; the cell starts from its beginning.',
    ]);
  });

  it('of another cell is not used', async () => {
    await open().putCheckpoint(dense, saved);
    expect(await open().checkpoint({ ...dense, hash: 'f'.repeat(64) })).toBeNull();
  });
});

describe('a disk that fails', () => {
  /** Writes until this many files are written, then fails like the operating system. */
  const failing = (after: number, code: string) => {
    let written = 0;
    return async (path: string, bytes: Uint8Array) => {
      if (written++ < after) return writeDurably(path, bytes);
      await writeDurably(path, bytes.subarray(0, bytes.length / 2));
      throw Object.assign(new Error(`${code}: no space left on device, write`), { code });
    };
  };

  it.each([0, 1, 2])('when full after %i files is a RunError that leaves nothing of the cell behind', async (after) => {
    const store = open(failing(after, 'ENOSPC'));
    await expect(store.put(dense, outcome)).rejects.toThrow(RunError);
    expect(await files()).toEqual([]);
    expect(await store.find(dense)).toBeNull();
    expect(notes).toEqual([]);
  });

  it('when full says so in a sentence, and keeps the last checkpoint', async () => {
    const saved = { meta: { iteration: 10 } as never, arrays: {} };
    await open().putCheckpoint(dense, saved);
    const store = open(failing(0, 'ENOSPC'));
    const writing = store.putCheckpoint(dense, { ...saved, meta: { iteration: 20 } as never });
    await expect(writing).rejects.toThrow(/^The disk is full: .* could not be written\. Free some space/);
    expect(await store.checkpoint(dense)).toEqual(saved);
  });

  it('when read-only is a UserError', async () => {
    await expect(open(failing(0, 'EROFS')).put(dense, outcome)).rejects.toThrow(UserError);
  });
});

describe('what a killed process leaves', () => {
  it('is half-written folders and files with temporary names, which are swept away', async () => {
    await open().put(dense, outcome);
    const trial = join(cellsFolder(run), 'trial-0');
    await writeFile(join(trial, '.level-01-ticket-0123.checkpoint.safetensors-89abcdef.tmp'), 'half');
    const aborted = open(async (path, bytes) => {
      await writeDurably(path, bytes);
      throw new Error('killed');
    });
    await aborted.put(dense, outcome).catch(() => {});
    await sweepCells(run);
    expect(await files()).toHaveLength(3);
    expect(await open().find(dense)).not.toBeNull();
  });
});

import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError, UserError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExperimentInput } from '../experiment/schema.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { writeDurably } from './files.js';
import type { RunFile } from './run-file.js';
import { openRunFolder } from './run-folder.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-run-'));
});
afterEach(async () => {
  await chmod(root, 0o755);
  await rm(root, { recursive: true });
});

const fileOf = (changes: Partial<ExperimentInput> = {}): RunFile => ({
  experiment: tinyExperiment(changes),
  data: { ...tinyIdentity, name: 'tiny', shape: [1, 3, 4] },
});

describe('a run folder', () => {
  it('is made with the folders above it, and locked while it is open', async () => {
    const path = join(root, 'runs', 'new');
    const folder = await openRunFolder(path, fileOf());
    expect((await readdir(path)).sort()).toEqual(['cells', 'experiment.json', 'lock']);
    await expect(openRunFolder(path, fileOf())).rejects.toThrow(RunError);
    await expect(openRunFolder(path, fileOf())).rejects.toThrow(`Process ${process.pid} is working on this run folder`);
    await folder.close();
    expect((await readdir(path)).sort()).toEqual(['cells', 'experiment.json']);
  });

  it.each<[string, Partial<ExperimentInput>]>([
    ['levels', { pruning: { rounds: 9 } }],
    ['trials', { trials: 4 }],
    ['controls', { controls: [] }],
    ['schedules', { schedule: ['iterative', 'one-shot'] }],
  ])('is opened again for the same experiment, also with other %s', async (_, changes) => {
    await (await openRunFolder(root, fileOf())).close();
    await (await openRunFolder(root, fileOf(changes))).close();
    const { experiment } = JSON.parse(await readFile(join(root, 'experiment.json'), 'utf8'));
    const rounds = changes.pruning?.rounds ?? 2;
    expect(experiment).toMatchObject({ pruning: { rounds }, trials: changes.trials ?? 1 });
  });

  it.each<[string, Partial<ExperimentInput>, string]>([
    ['seed', { seed: 2 }, 'seed is 1 there and 2 here'],
    [
      'recipe',
      { recipe: { iterations: 70, evaluateEvery: 10, batch: 20 } },
      'recipe.iterations is 60 there and 70 here',
    ],
    [
      'optimizer',
      { recipe: { iterations: 60, evaluateEvery: 10, batch: 20, optimizer: { name: 'sgd' } } },
      'recipe.optimizer.name is "adam" there and "sgd" here',
    ],
    ['pruning', { pruning: { rounds: 2, rate: 0.5, outputRate: 0.1 } }, 'pruning.rate is 0.2 there and 0.5 here'],
    ['rewinding', { rewind: 20 }, 'rewind is 0 there and 20 here'],
  ])('of an experiment with another %s is refused and left as it is', async (_, changes, difference) => {
    await (await openRunFolder(root, fileOf())).close();
    const before = await readFile(join(root, 'experiment.json'), 'utf8');
    const opening = openRunFolder(root, fileOf(changes));
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow(`holds the run of another experiment: ${difference}.`);
    expect(await readFile(join(root, 'experiment.json'), 'utf8')).toBe(before);
    expect((await readdir(root)).sort()).toEqual(['cells', 'experiment.json']);
  });

  it('of other data is refused', async () => {
    await (await openRunFolder(root, fileOf())).close();
    const other = fileOf();
    await expect(openRunFolder(root, { ...other, data: { ...other.data, digest: 'x' } })).rejects.toThrow(
      'data is "tiny 1" there',
    );
  });

  it('may have been left by a process that was killed at any moment', async () => {
    await mkdir(join(root, 'cells'));
    await writeFile(join(root, 'lock'), '');
    await writeFile(join(root, '.experiment.json-01234567.tmp'), '{');
    await (await openRunFolder(root, fileOf())).close();
    expect((await readdir(root)).sort()).toEqual(['cells', 'experiment.json']);
  });

  it('is never put among files that are none of its own', async () => {
    await writeFile(join(root, 'thesis.tex'), '');
    await expect(openRunFolder(root, fileOf())).rejects.toThrow('is no run folder: it holds thesis.tex.');
    expect(await readdir(root)).toEqual(['thesis.tex']);
  });
});

describe('a folder that cannot be written', () => {
  const refused = async (path: string, reason: string) => {
    const opening = openRunFolder(path, fileOf());
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow(reason);
  };

  it('because a file is in the way', async () => {
    await writeFile(join(root, 'file'), '');
    await refused(join(root, 'file'), 'a part of the path is a file');
    await refused(join(root, 'file', 'run'), 'a part of the path is a file');
    expect(await readdir(root)).toEqual(['file']);
  });

  it('because its name is too long', async () => {
    await refused(join(root, 'a', 'b'.repeat(300)), 'the name is too long');
    expect(await readdir(root)).toEqual([]);
  });

  it('because its path goes round in circles', async () => {
    await symlink(join(root, 'b'), join(root, 'a'));
    await symlink(join(root, 'a'), join(root, 'b'));
    await refused(join(root, 'a', 'run'), 'the path goes round in circles');
  });

  it.runIf(process.platform === 'linux')('because the system makes no folders there', async () => {
    await refused('/proc/winnow-run', 'no folder can be made there');
  });

  it.skipIf(process.getuid?.() === 0)('because permission is denied (root may do anything)', async () => {
    await chmod(root, 0o555);
    await refused(join(root, 'run'), 'permission is denied');
    await refused(root, 'permission is denied');
    expect(await readdir(root)).toEqual([]);
  });

  it.each(['EACCES', 'EROFS', 'ENOSPC'])('leaves nothing behind that was not there before: %s', async (code) => {
    const write = async (path: string, bytes: Uint8Array) => {
      if (path.includes('experiment')) throw Object.assign(new Error(code), { code });
      await writeDurably(path, bytes);
    };
    const path = join(root, 'runs', 'new');
    await expect(openRunFolder(path, fileOf(), write)).rejects.toThrow(code === 'ENOSPC' ? RunError : UserError);
    expect(await readdir(root)).toEqual([]);
  });
});

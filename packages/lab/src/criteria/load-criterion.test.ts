import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreFor } from '@winnow/tickets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellHash } from '../cells/name.js';
import { cellSettings } from '../cells/settings.js';
import { searchOf } from '../experiment/experiment.js';
import { inputOf } from '../experiment/input-of.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import { runExperiment } from '../run/run-experiment.js';
import { readRun } from '../store/read-run.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { criterionSetting } from './criterion-source.js';
import { loadCriterion } from './load-criterion.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-criterion-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
const load = async (name: string, text: string) => loadCriterion(criterionSetting(await write(name, text)));
const group = {
  initial: Float32Array.of(1, -2),
  final: Float32Array.of(4, 3),
  gradient: () => Float32Array.of(0.5, 0.25),
  keep: 1,
  streams: [],
};
const weight = { initial: -2, final: 3, gradient: 0.25, layer: 0, position: 1 };

/** The first code of the page about it. */
async function example(): Promise<string> {
  const page = await readFile(new URL('../../../../docs/criteria.md', import.meta.url), 'utf8');
  return /```ts\n(.*?)```/s.exec(page)![1];
}

describe('a criterion of one’s own', () => {
  it('is the example of docs/criteria.md: three lines', async () => {
    const text = await example();
    expect(text.trim().split('\n')).toHaveLength(3);
    const criterion = await load('held.ts', text);
    expect(criterion.name).toBe('held');
    expect(scoreFor(criterion, group)(weight)).toBe(3 + 0.5 * 2);
  });

  it.each([
    ['mine.mjs', 'export const score = ({ final }) => final;', 3],
    ['mine.js', 'export function score({ gradient, final }) { return gradient * final; }', 0.75],
    [
      'mine.mts',
      'export const prepare = (all: { keep: number }) => (w: { final: number }): number => w.final + all.keep;',
      4,
    ],
    [
      'types.ts',
      "import { type Score } from 'winnow';\nexport const score: Score = ({ initial }) => initial satisfies number;",
      -2,
    ],
  ])('%s: JavaScript or TypeScript, one weight or all of them', async (name, text, expected) => {
    expect(scoreFor(await load(name, text), group)(weight)).toBe(expected);
  });

  it.each([
    ['exports nothing', 'export const scores = () => 1;', 'exports no function named score'],
    ['exports a number', 'export const score = 3;', 'exports no function named score'],
    ['cannot be read', 'export const score = (', 'cannot be run: '],
    ['throws at once', "throw new Error('too early');", 'cannot be run: too early.'],
    ['throws for a weight', 'export const score = ({ a }) => a.b;', 'fails for a weight that was 0.25'],
    ['gives NaN', 'export const score = ({ final }) => Math.sqrt(final);', 'gives NaN for a weight that was 0.25'],
    ['gives nothing', 'export const score = () => {};', 'gives undefined for a weight'],
    ['imports', "import { x } from './x.js';\nexport const score = () => x;", 'imports "./x.js"'],
    ['imports later', "export const score = () => 1;\nawait import('node:fs');", 'imports "node:fs"'],
    [
      'has a region of a wrong kind',
      'export const score = () => 1;\nexport const region = 3;',
      'region that is no function',
    ],
  ])('that %s is refused in a sentence', async (name, text, message) => {
    await expect(load(`${name.replaceAll(' ', '-')}.js`, text)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
    });
  });

  it('that is not there, or of another kind, is refused in a sentence', () => {
    expect(() => criterionSetting('./none.ts')).toThrow(/^There is no file \.\/none\.ts\. Write a criterion in it/);
    expect(() => criterionSetting('./criteria/mine')).toThrow('must be a file that ends in .ts');
    expect(() => criterionSetting('large-finale')).toThrow('Did you mean "large-final"?');
  });

  it('names cells by its text, not by its name or place', async () => {
    const text = 'export const score = ({ final }) => final;';
    const ticket = { trial: 0, level: 1, kind: 'ticket', replicate: 0 } as const;
    const hash = (path: string) =>
      cellHash(
        cellSettings(searchOf(tinyExperiment({ pruning: { rounds: 2, criterion: path } })), tinyIdentity, ticket),
      );
    const first = hash(await write('a.mjs', text));
    expect(hash(await write('b.mjs', text))).toBe(first);
    expect(hash(await write('a.mjs', `${text}\n`))).not.toBe(first);
  });

  it('prunes in worker threads, and its run can be read and continued when the file is gone', async () => {
    const path = await write('small.ts', 'export const score = ({ final }: { final: number }) => -Math.abs(final);');
    const own = tinyExperiment({ pruning: { rounds: 2, criterion: path }, controls: [] });
    const out = join(folder, 'run');
    const { cells } = await runExperiment(own, { out, workers: 2 });
    const known = await runExperiment(
      tinyExperiment({ pruning: { rounds: 2, criterion: 'small-final' }, controls: [] }),
    );
    expect(cells.map(({ digest }) => digest)).toEqual(known.cells.map(({ digest }) => digest));

    await rm(path);
    const { experiment, cells: stored } = await readRun(out);
    expect(stored).toHaveLength(3);
    const { data, ...input } = inputOf(experiment);
    const more = normaliseExperiment({ ...input, data: own.data, pruning: { ...input.pruning, rounds: 3 } });
    expect((await runExperiment(more, { out })).cells).toHaveLength(4);
  });

  it('sees gradients: they are those of a training step, and decide what is kept', async () => {
    const path = await write(
      'flat.ts',
      'export const score = ({ gradient }: { gradient: number }) => Math.abs(gradient);',
    );
    const run = async (criterion: string) =>
      (await runExperiment(tinyExperiment({ pruning: { rounds: 1, criterion }, controls: [] }))).cells[1].digest;
    expect(await run(path)).not.toBe(await run('large-final'));
  });

  it('that fails in the middle of a run names itself and the weight', async () => {
    const path = await write(
      'late.ts',
      'export const score = ({ position }: { position: number }) => 1 / (7 - position);',
    );
    const run = runExperiment(tinyExperiment({ pruning: { rounds: 1, criterion: path }, controls: [] }));
    await expect(run).rejects.toMatchObject({
      name: 'RunError',
      message: expect.stringMatching(/criterion "late" gives Infinity for weight 7 of layer "dense 1"/),
    });
  });
});

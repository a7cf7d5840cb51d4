import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@winnow/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from './commands.js';
import { run, start } from './testing/command.js';
import { writeTinyData } from './testing/tiny-data.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-cli-'));
  await writeTinyData(join(folder, 'tiny'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A search that takes a moment. */
const quick = '--data ./tiny --validation 64 --iterations 20 --evaluate-every 10 --batch 16 --levels 1'.split(' ');
/** One that goes on until it is stopped. */
const endless = [...quick, '--iterations', '100000000', '--controls', 'none'];
const found = (path: string) => existsSync(join(folder, path));

describe('help', () => {
  it('lists every command', async () => {
    const { exitCode, stdout } = await run(['--help'], folder);
    expect(exitCode).toBe(0);
    for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(stdout).toContain('Examples:');
  });

  it.each(commands.map(({ name }) => name))('of %s has examples', async (name) => {
    const { exitCode, stdout, stderr } = await run([name, '--help'], folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Usage: winnow ${name}`);
    expect(stdout).toContain(`Examples:\n  winnow ${name}`);
  });

  it('is what no arguments at all show', async () => {
    expect((await run([], folder)).stdout).toBe((await run(['--help'], folder)).stdout);
  });

  it('has the version of package.json', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect((await run(['--version'], folder)).stdout).toBe(`${version}\n`);
  });
});

describe('what the user can mend', () => {
  const refused = [
    ['an unknown command', 'fnd', 'Did you mean find?'],
    ['an unknown flag', 'find --levls 3', 'Did you mean --levels?'],
    ['a word too many', 'find lenet-300-100 mnist', 'too many arguments'],
    ['an unknown network', 'find lenet-300-10', 'Did you mean "lenet-300-100"?'],
    ['an unknown network to describe', 'describe conv-3', 'Did you mean "conv-2"?'],
    ['an unknown data set', 'find --data mnst', 'Did you mean "mnist"?'],
    ['an unknown criterion', 'find --criterion large-finale', 'Did you mean "large-final"?'],
    ['a criterion that is not there', 'find --criterion ./none.ts', 'There is no file ./none.ts.'],
    ['an unknown figure', 'reproduce lth-44', 'Did you mean "lth-4"?'],
    ['an unknown network of a figure', 'reproduce lth-5 --networks conv-5', 'Its networks: conv-2, conv-4, conv-6.'],
    ['networks of a figure with one', 'reproduce lth-4 --networks conv-4', 'lth-4 has no networks to choose from.'],
    ['networks of no figure', 'reproduce --networks conv-4', '--networks goes with the name'],
    ['a folder without data', 'find --data ./none', 'none'],
    ['a density of zero', 'find --density 0', '--density must be a fraction, above 0 and at most 1, not "0".'],
    ['a density out of reach', 'find --density 1e-9', 'out of reach'],
    ['levels below zero', 'find --levels -1', '--levels must be a whole number'],
    ['a flag of another kind of supermask', 'supermask --pressure 1 --kind heuristic', 'that belongs to learned'],
    ['an unknown kind of supermask', 'supermask --kind learnd', '--kind must be heuristic, learned or edge-popup'],
    ['an unknown optimizer', 'find --optimizer adm', 'Did you mean "adam"?'],
    ['levels and a density', 'find --levels 3 --density 0.1', 'give one of them'],
    ['steps of no schedule', 'find --lr-steps 10,20', '--lr-steps needs --lr-schedule step'],
    ['a rewind past the end', 'find --iterations 100 --rewind 100', 'Rewind to an earlier one'],
    ['a config file that is not there', 'find --config none.config.ts', 'There is no file none.config.ts'],
    ['a folder below a file', 'find --out tiny/train-labels-idx1-ubyte/run', 'cannot be written'],
    ['a folder of other files', 'find --out tiny', 'is no run folder'],
    ['a run that is not there', 'show nothing', 'There is no run nothing'],
    ['a comparison of one', 'compare nothing', 'two runs or more'],
    ['a deletion of nothing', 'clean', 'Name the runs to delete'],
    ['a deletion of what is no run', 'clean tiny --yes', 'There is no run tiny'],
  ] as const;

  it.each(refused)('%s exits with 2, one sentence and nothing made', async (_, line, sentence) => {
    const before = await readdir(folder, { recursive: true });
    const args = line.startsWith('find') ? ['--data', './tiny', '--validation', '64', '--out', 'refused'] : [];
    const [command, ...words] = line.split(' ');
    const { exitCode, stdout, stderr } = await run([command, ...args, ...words], folder);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^winnow: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it.each([
    [{ WINNOW_BACKEND: 'gpu' }, 'WINNOW_BACKEND cannot be "gpu"'],
    [{ WINNOW_ISA: 'sse9' }, 'WINNOW_ISA cannot be "sse9"'],
    [{ WINNOW_BACKEND: 'wasm', WINNOW_ISA: 'avx2' }, 'has no instruction set'],
  ])('a backend that cannot be: %j', async (env, sentence) => {
    const { exitCode, stderr } = await run(['find', ...quick, '--out', 'refused'], folder, env);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
    expect(found('refused')).toBe(false);
  });

  it('truncated data is named with what was expected', async () => {
    await writeTinyData(join(folder, 'short'));
    await truncate(join(folder, 'short', 'train-images-idx3-ubyte'), 5000);
    const { exitCode, stderr } = await run(['find', ...quick, '--data', './short', '--out', 'refused'], folder);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/train-images-idx3-ubyte.*5,000 of 235,216 bytes/);
    expect(found('refused')).toBe(false);
    expect((await run(['data', 'check', './short'], folder)).exitCode).toBe(2);
  });

  it('a wrong setting in a config file is named', async () => {
    await writeFile(
      join(folder, 'wrong.config.mjs'),
      'export default { network: "lenet-300-100", data: "./tiny", trials: 0 };',
    );
    const { exitCode, stderr } = await run(['find', '--config', 'wrong.config.mjs'], folder);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('wrong.config.mjs: trials must be');
  });
});

describe('a search', () => {
  it('prints exactly one JSON object of the promised shape, and nothing else', async () => {
    const { exitCode, stdout, stderr } = await run(['find', ...quick, '--json', '--out', 'json'], folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(['run', 'backend', 'isa', 'cells', 'winner']);
    expect(result.cells.map((cell: { kind: string; level: number }) => `${cell.kind} ${cell.level}`).sort()).toEqual([
      'dense 0',
      'random 1',
      'reinit 1',
      'ticket 1',
    ]);
    for (const cell of result.cells) {
      expect(cell).toEqual({
        trial: 0,
        level: expect.any(Number),
        kind: expect.any(String),
        replicate: 0,
        density: expect.any(Number),
        weights: expect.any(Number),
        stored: cell.weights,
        earlyStop: {
          iteration: expect.any(Number),
          validationLoss: expect.any(Number),
          testAccuracy: expect.any(Number),
        },
        final: { trainLoss: expect.any(Number), validationLoss: expect.any(Number), testAccuracy: expect.any(Number) },
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        microsecondsPerStep: expect.any(Number),
      });
    }
    expect(await readFile(join(folder, 'json', 'report.html'), 'utf8')).toContain('<svg');
    expect((await run(['show', 'json', '--json'], folder)).stdout).toBe(stdout);
  });

  it('says what it does and found, without colours where there is no terminal, and is not made again', async () => {
    const first = await run(['find', ...quick], folder, { FORCE_COLOR: '1' });
    expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(first.stdout).not.toContain('\u001b');
    expect(first.stdout).toMatch(/^dense: 100\.0 % \(266,200 weights\), early stop at /m);
    expect(first.stdout).toMatch(/^(Winning ticket: |No winning ticket)/m);
    const [, path] = /^Run {5}(.*)$/m.exec(first.stdout) ?? [];
    expect(path).toBe('runs/lenet-300-100-tiny-validation-64-iterations-20-batch-16-evaluate-every-10');

    const again = await run(['find', ...quick], folder);
    expect(again.stdout.match(/kept from before\)$/gm)).toHaveLength(4);
    expect(again.stdout).toContain('nothing is left to train');
    const deeper = await run(['find', ...quick, '--levels', '2', '--controls', 'none'], folder);
    expect(deeper.stdout.match(/kept from before\)$/gm)).toHaveLength(2);
    expect(deeper.stdout).toMatch(/^ticket 2: .*a step$/m);
  });

  it('reads a config file, over which flags win', async () => {
    const config = {
      network: 'lenet-300-100',
      data: './tiny',
      split: { validation: 64 },
      recipe: { iterations: 20, batch: 16, optimizer: { name: 'momentum', rate: 0.05 } },
      pruning: { rounds: 7 },
      controls: ['reinit'],
    };
    await writeFile(join(folder, 'own.config.ts'), `export default ${JSON.stringify(config)} as const;`);
    const args = ['find', '--config', 'own.config.ts', '--levels', '2', '--dry-run', '--json'];
    const { exitCode, stdout } = await run(args, folder);
    expect(exitCode).toBe(0);
    const plan = JSON.parse(stdout);
    expect(plan.run).toContain('momentum-lr-0.05');
    expect(plan.cells).toHaveLength(5);
    expect(found(plan.run)).toBe(false);
  });

  it('shows what is to come with --dry-run, and makes nothing', async () => {
    const { exitCode, stdout } = await run(['find', ...quick, '--dry-run', '--out', 'dry'], folder);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +1 {2}ticket +1 +80\.0 % {2}213,060 /m);
    expect(stdout).toMatch(/^4 trainings, about .* in dry, .* of memory\.$/m);
    expect(found('dry')).toBe(false);
  });

  it('explains with --explain how a level is computed, as a table and as JSON, and makes nothing', async () => {
    const shown = await run(['find', ...quick, '--levels', '2', '--explain', '--out', 'explained'], folder);
    expect({ exitCode: shown.exitCode, stderr: shown.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(shown.stdout).toMatch(/ at level 2: 170,538 weights, 64\.1 %, planned with random masks\.$/m);
    expect(shown.stdout).toMatch(/^dense 2 +compressed +19,200 of 30,000 /m);
    const dense = await run(['train', ...quick.slice(0, -2), '--explain', '--json', '--out', 'explained'], folder);
    const { level, layers } = JSON.parse(dense.stdout);
    expect(level).toBe(0);
    expect(layers.map(({ form }: { form: string }) => form)).toEqual(['dense', 'dense', 'dense']);
    expect(layers[1]).toMatchObject({
      weights: 30_000,
      columnChunks: { chunks: 5, width: 64 },
      multiplyAddsPerStep: 30_000 * 64 * 3,
    });
    expect(found('explained')).toBe(false);
  });

  it('that fails exits with 3 and names layer and iteration; what was finished is kept', async () => {
    const { exitCode, stdout, stderr } = await run(
      ['find', ...quick, '--lr', '1e30', '--json', '--out', 'wild'],
      folder,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(/^winnow: [^\n]*iteration [^\n]*\n$/);
  });

  it('refuses a folder of another experiment with 2, and one that is in use with 3', async () => {
    const other = await run(['find', ...quick, '--seed', '9', '--out', 'json'], folder);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('another experiment: seed');

    const first = start(['find', ...endless, '--out', 'locked'], folder);
    await first.said('trainings in');
    const second = await run(['find', ...endless, '--out', 'locked'], folder);
    expect(second.exitCode).toBe(3);
    expect(second.stderr).toContain(`Process ${first.process.pid} is working on this run folder`);
    first.process.kill('SIGKILL');
    await first.ended;
    const third = start(['find', ...endless, '--out', 'locked'], folder);
    await third.said('trainings in'); // the lock of a killed process blocks nobody
    third.process.kill('SIGKILL');
    await third.ended;
  });

  it('stops for Ctrl-C with 130, after its checkpoint, from which the same command goes on', async () => {
    const args = ['find', ...endless, '--checkpoint-every', '0.05', '--out', 'stopped'];
    const stopped = start(args, folder);
    await stopped.said('trainings in');
    stopped.process.kill('SIGINT');
    const { exitCode, stderr } = await stopped.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('winnow: stopped. What is finished is kept; the same command continues.');
    const left = await readdir(join(folder, 'stopped'), { recursive: true });
    expect(left.filter((name) => name.includes('.tmp') || name === 'lock')).toEqual([]);
  });
});

describe('a finished run', () => {
  it('is listed and compared', async () => {
    const list = JSON.parse((await run(['list', '.', '--json'], folder)).stdout);
    expect(list.runs.find((each: { run: string }) => each.run.endsWith('json'))).toMatchObject({
      finished: 4,
      planned: 4,
      data: 'tiny',
    });
    const both = await run(['compare', 'json', 'json'], folder);
    expect(both.stdout).toMatch(/^ +1 +80\.0 % /m);
    expect(JSON.parse((await run(['compare', 'json', 'json', '--json'], folder)).stdout).runs).toHaveLength(2);
  });

  it('is exported as dense tensors, with zeros where weights are pruned, and never over another file', async () => {
    const args = ['export', 'json', '--level', '1', '--to', 'ticket.safetensors'];
    expect((await run(args, folder)).exitCode).toBe(0);
    const { tensors, metadata } = readSafetensors(
      await readFile(join(folder, 'ticket.safetensors')),
      'ticket.safetensors',
    );
    const first = [...tensors].find(([name]) => name.endsWith('.weight'))![1];
    expect(first.shape).toEqual([300, 784]);
    const values = new Float32Array(
      first.data.buffer.slice(first.data.byteOffset, first.data.byteOffset + first.data.byteLength),
    );
    expect(values.filter((value) => value !== 0)).toHaveLength(188_160);
    expect(metadata).toMatchObject({ level: '1', kind: 'ticket' });
    const again = await run(args, folder);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('--force');
    expect((await run([...args, '--values', 'start', '--force'], folder)).exitCode).toBe(0);
  });

  it('is deleted when it is asked for, and nothing else is', async () => {
    expect((await run(['clean', 'json'], folder)).exitCode).toBe(2);
    expect((await run(['clean', 'json', '--dry-run'], folder)).stdout).toBe('json\n');
    expect(found('json')).toBe(true);
    expect((await run(['clean', 'json', '--yes'], folder)).stdout).toContain('Deleted 1 run.');
    expect(found('json')).toBe(false);
    expect(found('tiny')).toBe(true);
  });
});

describe('a convolutional network', () => {
  it('is searched to its report', async () => {
    const flags = ['--iterations', '2', '--evaluate-every', '2', '--levels', '1', '--controls', 'none'];
    const search = await run(
      ['find', 'conv-2-1x28x28', '--data', './tiny', '--validation', '64', ...flags, '--out', 'conv'],
      folder,
    );
    expect(search).toMatchObject({ exitCode: 0, stderr: '' });
    expect(found('conv/report.html')).toBe(true);
    expect(found('conv/figures/first-layer-masks.svg')).toBe(false);
  }, 120_000);
});

describe('doors to other software', () => {
  it('export ONNX and safetensors, and prune reads them, trains on and writes', async () => {
    const made = await run(['train', ...quick.slice(0, -2), '--out', 'doors'], folder);
    expect(made.exitCode).toBe(0);
    for (const file of ['whole.onnx', 'whole.safetensors', 'whole.npz']) {
      expect(await run(['export', 'doors', '--to', file], folder)).toMatchObject({ exitCode: 0, stderr: '' });
    }
    const prune = (file: string, to: string) =>
      run(['prune', file, '--density', '10%', '--data', './tiny', '--iterations', '20', '--to', to, '--json'], folder);
    const fromOnnx = await prune('whole.onnx', 'small.onnx');
    const fromTensors = await prune('whole.safetensors', 'small.npz');
    expect(fromOnnx).toMatchObject({ exitCode: 0, stderr: '' });
    const result = JSON.parse(fromOnnx.stdout);
    expect(result).toMatchObject({ file: 'small.onnx', weights: 26_620, density: 0.1 });
    expect({ ...JSON.parse(fromTensors.stdout), file: 'small.onnx' }).toEqual(result);
    const again = await prune('small.onnx', 'again.onnx');
    expect(JSON.parse(again.stdout).testAccuracy.before).toBe(result.testAccuracy.after);
  });

  it.each([
    ['an unknown ending', 'prune whole.onnx --density 10% --to small.h5', 'must end in .safetensors, .npz or .onnx'],
    ['sparse without ONNX', 'prune whole.onnx --density 10% --to small.npz --sparse', '--sparse is for ONNX'],
    [
      'a missing file',
      'prune none.onnx --density 10% --to new.onnx --data ./tiny',
      'none.onnx cannot be read (ENOENT)',
    ],
    [
      'a file that is there',
      'prune whole.onnx --density 10% --to whole.npz --data ./tiny',
      'whole.npz is there already',
    ],
    ['more than is left', 'prune small.onnx --density 90% --to new.onnx --data ./tiny', 'of its weights left already'],
  ])('refuse %s in a sentence', async (_, words, says) => {
    const { exitCode, stderr } = await run(words.split(' '), folder);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
    expect(found('new.onnx')).toBe(false);
  });
});

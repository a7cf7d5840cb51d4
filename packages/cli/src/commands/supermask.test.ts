import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../testing/command.js';
import { writeTinyData } from '../testing/tiny-data.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-cli-'));
  await writeTinyData(join(folder, 'tiny'));
});
afterAll(() => rm(folder, { recursive: true }));

const found = (path: string) => existsSync(join(folder, path));

describe('a search for supermasks', () => {
  it('prints one JSON object and continues in its folder', async () => {
    const args = 'supermask --data ./tiny --validation 64 --iterations 20 --evaluate-every 10 --batch 16 --json'.split(
      ' ',
    );
    const first = await run([...args, '--kind', 'learned', '--out', 'masked'], folder);
    expect(first.exitCode).toBe(0);
    const summary = JSON.parse(first.stdout);
    expect(Object.keys(summary).slice(0, 11)).toEqual(
      'run kind network data seed density weights validationAccuracy testAccuracy deterministicTestAccuracy sweep'.split(
        ' ',
      ),
    );
    const again = await run([...args, '--kind', 'learned', '--out', 'masked'], folder);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain('(was there)');
    expect(JSON.parse((await run(['show', 'masked', '--json'], folder)).stdout)).toEqual(summary);
    const shown = (await run(['show', 'masked'], folder)).stdout;
    expect(shown).toContain('Repeat   winnow supermask --kind learned --data ./tiny');
    expect(shown).toContain('1 of 1 supermasks, learned');
    const report = await run(['report', 'masked'], folder);
    expect(report).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('masked holds supermasks') });
    const { runs } = JSON.parse((await run(['list', '.', '--json'], folder)).stdout);
    const listed = runs.find(({ kind }: { readonly kind: string }) => kind === 'supermask');
    expect(listed).toMatchObject({ network: 'lenet-300-100', data: 'tiny', levels: null, finished: 1, planned: 1 });
    expect((await run(['clean', 'masked', '--yes'], folder)).stdout).toContain('Deleted 1 run.');
    expect(found('masked')).toBe(false);
  });

  it('takes every flag of a training, and says what scores cannot have', async () => {
    const args = 'supermask --data ./tiny --validation 64 --iterations 20 --batch 16 --weight-decay 0.1'.split(' ');
    const { exitCode, stderr } = await run([...args, '--out', 'decayed'], folder);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('without weight decay');
  });

  it('trains with dropout if it is asked to, and says so where it is repeated', async () => {
    const args = 'supermask --data ./tiny --validation 64 --iterations 20 --evaluate-every 10 --batch 16'.split(' ');
    const [plain, dropped] = await Promise.all([
      run([...args, '--json', '--out', 'plain'], folder),
      run([...args, '--dropout', '0.5', '--json', '--out', 'dropped'], folder),
    ]);
    const digestOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).trials[0].digest;
    expect(digestOf(dropped)).not.toBe(digestOf(plain));
    expect((await run(['show', 'dropped'], folder)).stdout).toContain('--evaluate-every 10 --dropout 0.5 ');
  });
});

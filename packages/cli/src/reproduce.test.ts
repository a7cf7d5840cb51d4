import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './testing/command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-reproduce-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('reproduce', () => {
  it('lists figures and tables with what they show and how long they take', async () => {
    const { exitCode, stdout } = await run(
      ['reproduce', '--quick', '--trials', '1', '--iterations', '5', '--json'],
      folder,
    );
    expect(exitCode).toBe(0);
    const { quick, reproductions, seconds } = JSON.parse(stdout);
    expect(quick).toBe(true);
    expect(reproductions.map(({ name }: { name: string }) => name)).toContain('dlt-criteria');
    expect(seconds).toBeGreaterThan(0);
  });

  it('draws one, marked as scaled down, and again from what is finished', { timeout: 180_000 }, async () => {
    const figure = 'reproduce dlt-scatter --quick --trials 1 --iterations 5 --out figures'.split(' ');
    const made = await run([...figure, '--json'], folder);
    expect(made.exitCode).toBe(0);
    const [result] = JSON.parse(made.stdout).reproductions;
    expect(result).toMatchObject({ name: 'dlt-scatter', quick: true, planned: 1, finished: 1, verdicts: [] });
    expect(await readFile(join(folder, result.files.html), 'utf8')).toContain(
      'QUICK, scaled down: 1 trial of 5 iterations',
    );
    const again = await run([...figure, '--finished'], folder);
    expect(again.stderr).not.toContain('training');
    expect(again.stdout).toContain('Report  figures/dlt-scatter/report.html');
  });
});

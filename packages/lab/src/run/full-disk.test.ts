import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRun } from '../store/read-run.js';
import { tinyExperiment } from '../testing/experiments.js';
import type { LabEvent } from './events.js';
import { runExperiment } from './run-experiment.js';

const experiment = tinyExperiment();
const choice = { backend: 'reference' } as const;

let disk: string;
let isMounted = false;
beforeEach(async () => {
  disk = await mkdtemp(join(tmpdir(), 'winnow-disk-'));
  isMounted = mount('size=80k');
});
afterEach(async () => {
  if (isMounted) execFileSync('umount', [disk]);
  await rm(disk, { recursive: true, force: true });
});

/** A disk of its own, in memory; false where that is not permitted. */
function mount(options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a disk that gets full', () => {
  it('ends the run with a sentence, keeps what was finished, and lets the same call go on', async (context) => {
    if (!isMounted) context.skip('mounting a small disk is not permitted here');
    const out = join(disk, 'run');
    const running = runExperiment(experiment, { out, choice, workers: 2, checkpointEverySeconds: 0 });
    await expect(running).rejects.toThrow(RunError);
    await expect(running).rejects.toThrow(/^The disk is full: .* finished cells are kept\.$/);
    expect(await readdir(out)).not.toContain('lock');
    const { cells, notes } = await readRun(out);
    expect(notes).toEqual([]);
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.length).toBeLessThan(7);

    execFileSync('mount', ['-o', 'remount,size=4m', disk]);
    const events: LabEvent[] = [];
    const { cells: all } = await runExperiment(experiment, { out, choice, onEvent: (event) => events.push(event) });
    expect(events.filter((event) => event.kind === 'cell-finished' && event.reused)).toHaveLength(cells.length);
    const { cells: expected } = await runExperiment(experiment, { choice });
    expect(all.map(({ digest }) => digest)).toEqual(expected.map(({ digest }) => digest));
  });
});

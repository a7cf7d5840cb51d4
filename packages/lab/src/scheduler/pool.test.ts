import { RunError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { searchOf } from '../experiment/experiment.js';
import { planCells } from '../plan/cells.js';
import { tinyExperiment, tinyIdentity, tinyLaidOut } from '../testing/experiments.js';
import { openPool } from './pool.js';
import type { WorkerSetup } from './protocol.js';

const experiment = tinyExperiment({ recipe: { iterations: 10_000_000, evaluateEvery: 10, batch: 20 } });
const [dense] = planCells(experiment, tinyIdentity);
const setup: WorkerSetup = {
  search: searchOf(experiment),
  data: tinyLaidOut(),
  backend: { name: 'reference', isa: null },
  threads: 1,
  checkpointEverySeconds: 1000,
};
const nothing = { parents: [], saved: null };

describe('the workers', () => {
  it('stop at the next evaluation when they are asked to, with an exact checkpoint', async () => {
    const pool = openPool(1, 1);
    pool.setUp(setup);
    const { outcome } = pool.train(dense, nothing, () => {});
    pool.stop();
    const stopped = await outcome;
    expect(stopped.kind).toBe('stopped');
    await pool.close();
  });

  it('stop also if they start only after they were asked to', async () => {
    const pool = openPool(2, 1);
    pool.setUp(setup);
    const first = pool.train(dense, nothing, () => {});
    pool.stop();
    const second = pool.train(dense, nothing, () => {});
    expect((await Promise.all([first.outcome, second.outcome])).map(({ kind }) => kind)).toEqual([
      'stopped',
      'stopped',
    ]);
    await pool.close();
  });

  it('that were given nothing to do are not waited for', async () => {
    const pool = openPool(2, 2);
    await pool.close();
    await openPool(2).close();
  });

  it('that cannot start are a RunError that names the cell', async () => {
    const pool = openPool(1);
    pool.setUp({ ...setup, backend: { name: 'reference', isa: 'neon' } });
    const { outcome } = pool.train(dense, nothing, () => {});
    await expect(outcome).rejects.toThrow(RunError);
    await expect(outcome).rejects.toThrow('The worker that trained trial 0, level 0 (dense) stopped unexpectedly');
    const later = pool.train(dense, nothing, () => {});
    await expect(later.outcome).rejects.toThrow(RunError);
    await pool.close();
  });

  it('that end while they train are a RunError that names the cell', async () => {
    const pool = openPool(1, 1);
    pool.setUp(setup);
    const { outcome } = pool.train(dense, nothing, () => {});
    const ended = expect(outcome).rejects.toThrow(/^The worker that trained trial 0, level 0 \(dense\) stopped/);
    await pool.close();
    await ended;
  });
});

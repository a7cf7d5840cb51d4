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
  checkpointEverySeconds: 1000,
};
const nothing = { parents: [], saved: null, threads: 1 };

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

  it('train to the same end whether start values were drawn early or not, and for another cell than was thought', async () => {
    const short = tinyExperiment({ trials: 2 });
    const search = searchOf(short);
    const digestOf = async (trial: number, early: number) => {
      const pool = openPool(1, early, search);
      pool.setUp({ ...setup, search });
      const cell = planCells(short, tinyIdentity).find((planned) => planned.level === 0 && planned.trial === trial);
      if (cell === undefined) throw new Error('no such trial');
      const trained = await pool.train(cell, nothing, () => {}).outcome;
      await pool.close();
      return trained.kind === 'finished' ? trained.result.digest : trained.kind;
    };
    const [first, second] = [await digestOf(0, 0), await digestOf(1, 0)];
    expect(await digestOf(0, 1)).toBe(first);
    expect(await digestOf(1, 1)).toBe(second);
    expect(second).not.toBe(first);
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

import { setTimeout } from 'node:timers/promises';
import type { SavedRun } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import type { CellPlan } from '../cells/cell-plan.js';
import { planCells } from '../plan/cells.js';
import { memoryStore } from '../store/memory-store.js';
import type { CellStore } from '../store/store.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { trainHere } from '../testing/outcomes.js';
import type { Pool, RunningCell, Trained } from './pool.js';
import type { TrainRequest } from './protocol.js';
import { type CellWork, runCells } from './run-cells.js';

const experiment = tinyExperiment({ rewind: 20 });
const cells = planCells(experiment, tinyIdentity);
const title = ({ level, kind }: CellPlan) => `${level} ${kind}`;
const [dense] = cells;
const namesOf = (of: readonly CellPlan[]) => new Set(of.map(({ name }) => name));
const savedAt = (iteration: number, snapshots: readonly number[]): SavedRun => ({
  meta: { iteration, snapshots } as unknown as SavedRun['meta'],
  arrays: {},
});

/** A pool that trains at once and in this thread, or does what `act` says in place of that. */
function poolOf(size: number, act: (cell: CellPlan) => Promise<Trained> | null = () => null) {
  const asked: ({ readonly cell: CellPlan } & Pick<TrainRequest, 'saved' | 'threads'>)[] = [];
  let busy = 0;
  let most = 0;
  let threadsNow = 0;
  let mostThreads = 0;
  const pool: Pool & { stopped: boolean } = {
    size,
    stopped: false,
    setUp() {},
    train(cell, { parents, saved, threads }) {
      asked.push({ cell, saved, threads });
      most = Math.max(most, ++busy);
      threadsNow += threads;
      mostThreads = Math.max(mostThreads, threadsNow);
      const train = async (): Promise<Trained> => ({ kind: 'finished', ...trainHere(experiment, cell, parents) });
      const outcome = (act(cell) ?? train()).finally(() => {
        busy--;
        threadsNow -= threads;
      });
      return { cell, outcome, iteration: () => 0 };
    },
    stop() {
      pool.stopped = true;
    },
    close: async () => {},
  };
  return { pool, asked, most: () => most, mostThreads: () => mostThreads };
}

function work(pool: Pool, changes: Partial<CellWork> & { readonly told?: string[] } = {}) {
  const finished: string[] = [];
  const running = new Set<RunningCell>();
  const done = runCells({
    cells: changes.cells ?? cells,
    unfinished: changes.unfinished ?? namesOf(cells),
    estimate: changes.estimate ?? (() => () => 1),
    beforeEstimate: changes.beforeEstimate ?? (() => 0),
    threadsOf: changes.threadsOf ?? (() => 1),
    store: changes.store ?? memoryStore(),
    pool,
    running,
    watch: {
      started: (cell) => changes.told?.push(`${title(cell)} starts`),
      finished: (cell) => finished.push(title(cell)),
    },
    signal: changes.signal,
  });
  return { done, finished, running };
}

/** Of so many cores. */
const sharesOf =
  (cores: number): CellWork['threadsOf'] =>
  (together, busy) =>
    Math.floor((cores - busy) / Math.max(1, together));

describe('running cells', () => {
  it('starts each after those that it waits for, the longest chain first, as many as there are workers', async () => {
    const { pool, asked, most } = poolOf(2);
    const { done, finished, running } = work(pool);
    await done;
    expect(new Set(finished)).toEqual(new Set(cells.map(title)));
    expect(asked.map(({ cell }) => title(cell)).slice(0, 2)).toEqual(['0 dense', '1 random']);
    for (const [i, { cell }] of asked.entries()) {
      const before = asked.slice(0, i).map((other) => other.cell.name);
      for (const name of cell.dependencies) expect(before).toContain(name);
    }
    expect(most()).toBe(2);
    expect(running.size).toBe(0);
  });

  it('gives each the threads that are free, shared with those that can start beside it', async () => {
    // Random masks wait for nothing: two of them start beside the dense network, and here one of them outlasts it.
    const slow = async (cell: CellPlan): Promise<Trained> => {
      await setTimeout(50);
      return { kind: 'finished', ...trainHere(experiment, cell, []) };
    };
    const { pool, asked, mostThreads } = poolOf(8, (cell) => (title(cell) === '2 random' ? slow(cell) : null));
    await work(pool, { threadsOf: sharesOf(8) }).done;
    expect(asked.slice(0, 3).map(({ cell, threads }) => [title(cell), threads])).toEqual([
      ['0 dense', 2],
      ['1 random', 2],
      ['2 random', 2],
    ]);
    expect(mostThreads()).toBeGreaterThan(6);
    expect(mostThreads()).toBeLessThanOrEqual(8);
  });

  it('gives a lone chain all threads each time', async () => {
    const chain = cells.filter(({ kind }) => kind === 'dense' || kind === 'ticket');
    const { pool, asked } = poolOf(8);
    await work(pool, { cells: chain, unfinished: namesOf(chain), threadsOf: sharesOf(8) }).done;
    expect(asked.map(({ threads }) => threads)).toEqual(chain.map(() => 8));
  });

  it('starts a few before it asks how long all take, tells of them afterwards, and then orders the others', async () => {
    const { pool, asked } = poolOf(2);
    const told: string[] = [];
    const atEstimate: string[] = [];
    const estimate = () => {
      atEstimate.push(...asked.map(({ cell }) => title(cell)), `told: ${told.length}`);
      return ({ kind, level }: CellPlan) => (kind === 'random' ? level : 0);
    };
    const { done, finished } = work(pool, { estimate, beforeEstimate: () => 1, told });
    await done;
    expect(atEstimate).toEqual(['0 dense', 'told: 0']);
    expect(told.slice(0, 2)).toEqual(['0 dense starts', '2 random starts']);
    expect(new Set(finished)).toEqual(new Set(cells.map(title)));
  });

  it('fails with the first failure also if it comes before the estimate', async () => {
    const { pool, asked } = poolOf(2, async () => {
      throw new Error('at once');
    });
    const estimate = () => () => 1;
    await expect(work(pool, { estimate, beforeEstimate: () => 1 }).done).rejects.toThrow('at once');
    expect(asked.map(({ cell }) => title(cell))).toContain('0 dense');
    expect(pool.stopped).toBe(true);
  });

  it('lets what was started come to its end when the estimate fails', async () => {
    const { pool } = poolOf(2, async () => ({ kind: 'stopped', saved: savedAt(10, []) }));
    const estimate = () => {
      throw new Error('no clock');
    };
    const { done, running } = work(pool, { estimate, beforeEstimate: () => 1 });
    await expect(done).rejects.toThrow('no clock');
    expect(pool.stopped).toBe(true);
    expect(running.size).toBe(0);
  });

  it('trains only what is not finished', async () => {
    const store = memoryStore();
    await work(poolOf(1).pool, { store }).done;
    const { pool, asked } = poolOf(1);
    await work(pool, { store, unfinished: namesOf([cells[4]]) }).done;
    expect(asked.map(({ cell }) => title(cell))).toEqual(['2 ticket']);
  });

  it('stops the others when one fails, keeps their checkpoints, and throws the first failure', async () => {
    const kept: string[] = [];
    const store: CellStore = { ...memoryStore(), putCheckpoint: async (cell) => void kept.push(title(cell)) };
    const { pool, asked } = poolOf(2, async (cell) => {
      if (title(cell) === '1 random') throw new Error('the first');
      return { kind: 'stopped', saved: savedAt(10, []) };
    });
    await expect(work(pool, { store }).done).rejects.toThrow('the first');
    expect(pool.stopped).toBe(true);
    expect(asked).toHaveLength(2);
    expect(kept).toEqual(['0 dense']);
  });

  it('fails when a checkpoint cannot be kept', async () => {
    const store: CellStore = { ...memoryStore(), putCheckpoint: () => Promise.reject(new Error('full')) };
    const { pool } = poolOf(1, async () => ({ kind: 'stopped', saved: savedAt(10, []) }));
    await expect(work(pool, { store }).done).rejects.toThrow('full');
  });

  it('starts nothing after the signal has aborted, and rejects with its reason', async () => {
    const controller = new AbortController();
    const { pool, asked } = poolOf(1, async () => {
      controller.abort(new Error('enough'));
      return { kind: 'stopped', saved: savedAt(10, []) };
    });
    await expect(work(pool, { signal: controller.signal }).done).rejects.toThrow('enough');
    expect(pool.stopped).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['before the iteration that others rewind to', savedAt(10, []), true],
    ['after it, with its values', savedAt(30, [20]), true],
    ['after it, without its values', savedAt(30, []), false],
  ])('goes on from a checkpoint %s, or not', async (_, saved, isUsed) => {
    const store: CellStore = { ...memoryStore(), checkpoint: async () => saved };
    const { pool, asked } = poolOf(1);
    await work(pool, { store, unfinished: namesOf([dense]) }).done;
    expect(asked[0].saved).toBe(isUsed ? saved : null);
  });
});

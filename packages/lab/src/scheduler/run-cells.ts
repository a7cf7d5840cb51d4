import { allInOrder } from '@winnow/arithmetic';
import type { SavedRun } from '@winnow/engine';
import type { CellPlan } from '../cells/cell-plan.js';
import type { CellRecord } from '../cells/cell-record.js';
import type { CellStore } from '../store/store.js';
import { byLongestChain } from './order.js';
import type { Pool, RunningCell } from './pool.js';

/** What happens while cells are trained. */
export interface CellWatch {
  started(cell: CellPlan, fromIteration: number): void;
  finished(cell: CellPlan, record: CellRecord): void;
}

export interface CellWork {
  /** All cells of the run, each after those it depends on. */
  readonly cells: readonly CellPlan[];
  /** Those that are not finished yet. */
  readonly unfinished: ReadonlySet<string>;
  /** Says, once, about how long cells take. It may take its time itself: cells that were started before go on meanwhile. */
  readonly estimate: () => (cell: CellPlan) => number;
  /** How many cells of so many threads may start before that, the longest chains by their numbers of weights and iterations. */
  readonly beforeEstimate: (threads: number) => number;
  /** Threads of a cell that starts beside others, `together` cells in all, while running ones have `busy` threads. */
  readonly threadsOf: (together: number, busy: number) => number;
  readonly store: CellStore;
  readonly pool: Pool;
  readonly watch: CellWatch;
  /** Filled with the cells that are being trained, for whoever shows progress. */
  readonly running: Set<RunningCell>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Trains every unfinished cell: one starts as soon as those it depends on are finished and a worker is free, and shares the threads that are
 * free with those that can start beside it.
 * If one fails or the signal aborts, the others stop at their next evaluation and leave checkpoints.
 *
 * @throws the first failure; the signal's reason if it aborts
 */
export async function runCells(work: CellWork): Promise<void> {
  const { cells, store, pool, signal, running } = work;
  const byName = new Map(cells.map((cell) => [cell.name, cell]));
  const left = new Set(work.unfinished);
  const inOrder = (costOf: (cell: CellPlan) => number) =>
    byLongestChain(cells, costOf).filter(({ name }) => left.has(name) && !active.has(name));
  const active = new Map<string, { readonly threads: number; readonly training: Promise<void> }>();
  const failures: unknown[] = [];
  const stop = () => pool.stop();
  signal?.addEventListener('abort', stop, { once: true });

  // Nobody hears of a start before the estimate is there.
  const watch = heldWatch(work.watch);

  async function train(cell: CellPlan, threads: number, given: () => void): Promise<void> {
    const saved = usable(await store.checkpoint(cell), cell);
    const parents = await allInOrder(cell.dependencies.map((name) => store.trained(byName.get(name)!)));
    let writing = Promise.resolve();
    const keep = (checkpoint: SavedRun) => {
      writing = writing.then(() => store.putCheckpoint(cell, checkpoint));
      writing.catch(pool.stop); // and thrown below, once the worker has stopped
    };
    watch.started(cell, saved === null ? 0 : saved.meta.iteration - cell.startIteration);
    const run = pool.train(cell, { parents, saved, threads }, keep);
    running.add(run);
    given();
    try {
      const outcome = await run.outcome;
      if (outcome.kind === 'stopped') keep(outcome.saved);
      await writing;
      if (outcome.kind === 'stopped') return;
      const record = await store.put(cell, outcome);
      left.delete(cell.name);
      watch.finished(cell, record);
    } finally {
      running.delete(run);
    }
  }

  const trainings = () => [...active.values()].map(({ training }) => training);
  const isReady = (cell: CellPlan) => cell.dependencies.every((name) => !left.has(name));
  /** Those of `waiting` that can start on as many workers as there are, and how many threads each of them gets. */
  function startable() {
    const ready = waiting.filter(isReady).slice(0, pool.size - active.size);
    const busy = [...active.values()].reduce((sum, { threads }) => sum + threads, 0);
    return { ready, threads: work.threadsOf(ready.length, busy) };
  }
  /** Starts them, at most so many, and resolves as soon as workers have them. */
  async function start(most: number): Promise<void> {
    const { ready, threads } = startable();
    const given = ready.slice(0, most).map(
      (cell) =>
        new Promise<void>((resolve) => {
          waiting.splice(waiting.indexOf(cell), 1);
          const training = train(cell, threads, resolve)
            .catch((error: unknown) => {
              failures.push(error);
              pool.stop();
            })
            .finally(() => {
              active.delete(cell.name);
              resolve();
            });
          active.set(cell.name, { threads, training });
        }),
    );
    await Promise.all(given);
  }

  /** What is waiting, by the estimate; nothing if that fails. */
  function estimated(): CellPlan[] {
    try {
      const secondsOf = work.estimate();
      watch.release();
      return inOrder(secondsOf);
    } catch (error) {
      failures.push(error);
      pool.stop();
      return [];
    }
  }

  let waiting = inOrder(({ weights, iterations }) => weights * iterations);
  try {
    await start(work.beforeEstimate(startable().threads));
    waiting = estimated();
    while (failures.length === 0 && signal?.aborted !== true) {
      void start(pool.size);
      if (active.size === 0) break;
      await Promise.race(trainings());
    }
    await Promise.all(trainings());
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  if (failures.length > 0) throw failures[0];
  signal?.throwIfAborted();
}

/** A watch that hears of nothing until it is released. */
function heldWatch({ started, finished }: CellWatch): CellWatch & { release(): void } {
  let held: (() => void)[] | null = [];
  const tell = (event: () => void) => (held === null ? event() : void held.push(event));
  return {
    started: (cell, fromIteration) => tell(() => started(cell, fromIteration)),
    finished: (cell, record) => tell(() => finished(cell, record)),
    release() {
      for (const event of held ?? []) event();
      held = null;
    },
  };
}

/** A checkpoint from before its run was asked for the values of an iteration that it has passed is of no use. */
function usable(saved: SavedRun | null, { snapshotAt }: CellPlan): SavedRun | null {
  if (saved === null) return null;
  const { iteration, snapshots } = saved.meta;
  return snapshotAt.every((wanted) => wanted > iteration || snapshots.includes(wanted)) ? saved : null;
}

import { availableParallelism } from 'node:os';
import { type Backend, MOST_THREADS } from '@winnow/engine';
import type { CellPlan } from '../cells/cell-plan.js';
import { chainSeconds } from '../scheduler/order.js';

/**
 * How many threads each training shares a network's large layers among on average, if nobody asks: the cores that others leave idle. Each gets its
 * number when it starts (`runCells`); trials on workers of their own come first, since they never wait for each other.
 */
export function defaultThreads(
  { name }: Pick<Backend, 'name'>,
  cells: readonly CellPlan[],
  workers: number,
  cores: number = availableParallelism(),
): number {
  return idleThreads({ name }, Math.min(workers, width(cells)), cores);
}

/** How many threads each of so many trainings or judgements at the same time may share large layers among. Only native code has threads. */
export function idleThreads(
  { name }: Pick<Backend, 'name'>,
  atOnce = 1,
  cores: number = availableParallelism(),
): number {
  if (name !== 'native') return 1;
  return Math.max(1, Math.min(MOST_THREADS, Math.floor(cores / atOnce)));
}

/** How many cells can be trained at the same time, on average: chains of them wait for each other, and a control now and then is no second chain. */
function width(cells: readonly CellPlan[]): number {
  const work = cells.reduce((sum, { iterations }) => sum + iterations, 0);
  const longest = Math.max(1, ...chainSeconds(cells, ({ iterations }) => iterations).values());
  return Math.max(1, Math.round(work / longest));
}

import { type Backend, type DataOrder, type LaidOutData, type SavedRun, startTraining } from '@winnow/engine';
import { cellStart, type Search } from '@winnow/tickets';
import type { TrainRequest, WorkerMessage } from './protocol.js';

/** What one thread trains cells with. */
export interface Workshop {
  readonly backend: Backend;
  /** That share the large layers of a network. */
  readonly threads: number;
  readonly search: Search;
  readonly data: LaidOutData;
  /** The order of the data in a trial; remembered from cell to cell. */
  readonly orderOf: (trial: number) => DataOrder;
}

/** How a training is watched and interrupted. */
export interface Watch {
  progress(iteration: number): void;
  checkpoint(saved: SavedRun): void;
  isCheckpointDue(): boolean;
  isStopAsked(): boolean;
}

/** Trains one cell to its end, or up to the evaluation at which it is asked to stop. */
export function trainCell(
  { backend, threads, search, data, orderOf }: Workshop,
  { cell, parents, saved }: TrainRequest,
  watch: Watch,
): Extract<WorkerMessage, { kind: 'finished' | 'stopped' }> {
  const start = cellStart(search, cell, parents);
  const run = startTraining(
    {
      ...start,
      backend,
      threads,
      data,
      network: search.network,
      recipe: search.recipe,
      seed: search.seed,
      trial: cell.trial,
      order: orderOf(cell.trial),
    },
    saved ?? undefined,
  );
  try {
    while (run.next() !== null) {
      watch.progress(run.iteration - start.startIteration);
      if (watch.isStopAsked()) return { kind: 'stopped', saved: run.save() };
      if (watch.isCheckpointDue()) watch.checkpoint(run.save());
    }
    const { masks, kept } = start;
    return { kind: 'finished', masks, ...(kept && { kept }), result: run.result() };
  } finally {
    run.close();
  }
}

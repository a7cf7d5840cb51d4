import {
  type Backend,
  type DataOrder,
  fullMasks,
  type LaidOutData,
  lossGradient,
  type Masks,
  type Parameters,
  type SavedRun,
  startTraining,
} from '@winnow/engine';
import { cellStart, earlyBirdOf, masksAfter, type Search, type TrainedCell, type TrainingStart } from '@winnow/tickets';
import type { TrainRequest, WorkerMessage } from './protocol.js';
import { roundWatch } from './round-watch.js';

/** What one thread trains cells with. */
export interface Workshop {
  readonly backend: Backend;
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

/** Training examples, the first of the trial's order, over which criteria see gradients. */
const GRADIENT_EXAMPLES = 1000;

/** A finished cell that computes its gradients when a criterion asks for them. */
function withGradient(workshop: Workshop, threads: number, trial: number, cell: TrainedCell): TrainedCell {
  return { ...cell, gradient: () => gradientOf(workshop, threads, trial, cell.masks, cell.parameters) };
}

/** Gradients of the mean loss with these values. */
function gradientOf(
  { backend, search, data, orderOf }: Workshop,
  threads: number,
  trial: number,
  masks: Masks,
  at: Parameters,
): Parameters {
  const { network, seed } = search;
  const order = orderOf(trial);
  return lossGradient({ backend, threads, network, masks, data, seed, trial, order, at, examples: GRADIENT_EXAMPLES });
}

/**
 * Trains one cell to its end, or until it is asked to stop.
 * @param known what the cell starts from, where that was computed before
 */
export function trainCell(
  workshop: Workshop,
  { cell, parents, saved, threads }: TrainRequest,
  watch: Watch,
  known: TrainingStart | null = null,
): Extract<WorkerMessage, { kind: 'finished' | 'stopped' }> {
  const { backend, search, data, orderOf } = workshop;
  const start =
    known ??
    cellStart(
      search,
      cell,
      parents.map((parent) => withGradient(workshop, threads, cell.trial, parent)),
      (at) => gradientOf(workshop, threads, cell.trial, fullMasks(search.network), at),
    );
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
  const { masks, kept } = start;
  const rule = earlyBirdOf(search, cell);
  const batches = Math.ceil(data.train.count / search.recipe.batch);
  const round = rule && roundWatch({ rule, among: kept ?? masks, batches, saved, needed: start.snapshotAt });
  const masksNow = (): Masks => {
    const now = { masks, ...(kept && { kept }), parameters: run.parameters(), snapshots: run.snapshots };
    return masksAfter(search, cell, withGradient(workshop, threads, cell.trial, now));
  };
  const save = (): SavedRun => {
    const whole = run.save();
    return round === null ? whole : { ...whole, arrays: { ...whole.arrays, ...round.arrays() } };
  };
  try {
    for (;;) {
      const isBetweenRows = run.advance();
      if (!isBetweenRows && run.next() === null) break;
      watch.progress(run.iteration - start.startIteration);
      if (!isBetweenRows && round?.hasSettled(run.iteration, masksNow)) run.stop();
      else if (watch.isStopAsked()) return { kind: 'stopped', saved: save() };
      else if (watch.isCheckpointDue()) watch.checkpoint(save());
    }
    const earlyBird = round && { iteration: run.iteration, distance: round.settledAt() };
    return { kind: 'finished', masks, ...(kept && { kept }), result: run.result(), ...(earlyBird && { earlyBird }) };
  } finally {
    run.close();
  }
}

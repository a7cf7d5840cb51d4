import { dataOrder, reference } from '@winnow/engine';
import type { TrainedCell } from '@winnow/tickets';
import type { CellPlan } from '../cells/cell-plan.js';
import { type Experiment, searchOf } from '../experiment/experiment.js';
import { trainCell, type Watch } from '../scheduler/train-cell.js';
import type { Outcome } from '../store/store.js';
import { tinyLaidOut } from './experiments.js';

const unwatched: Watch = {
  progress: () => {},
  checkpoint: () => {},
  isCheckpointDue: () => false,
  isStopAsked: () => false,
};

/** Trains a cell of a tiny experiment in this thread, on the reference backend. */
export function trainHere(experiment: Experiment, cell: CellPlan, parents: readonly TrainedCell[] = []): Outcome {
  const data = tinyLaidOut();
  const { seed } = experiment;
  const orderOf = (trial: number) => dataOrder({ seed, trial, count: data.train.count });
  const workshop = { backend: reference, search: searchOf(experiment), data, orderOf };
  const outcome = trainCell(workshop, { cell, parents, saved: null, threads: 1 }, unwatched);
  if (outcome.kind === 'finished') return outcome;
  throw new Error('stopped without being asked');
}

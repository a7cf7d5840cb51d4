import type { Masks, MetricRow, SavedRun, TrainingResult } from '@winnow/engine';
import type { TrainedCell } from '@winnow/tickets';
import type { CellPlan } from '../cells/cell-plan.js';
import type { CellRecord, RoundEnd } from '../cells/cell-record.js';

/** A training that has ended. */
export interface Outcome {
  /** See `TrainedCell`. */
  readonly masks: Masks;
  readonly kept?: Masks;
  readonly result: TrainingResult;
  /** Of rounds under early-bird alone. */
  readonly earlyBird?: RoundEnd;
}

/** Where the cells of a run are kept: a folder, or memory. */
export interface CellStore {
  /** The record of a cell that is finished, whole, and has the snapshots that the plan asks for; else null. */
  find(cell: CellPlan): Promise<CellRecord | null>;
  /** Keeps a finished cell; its checkpoint goes. */
  put(cell: CellPlan, outcome: Outcome): Promise<CellRecord>;
  /** What a finished cell leaves to those that build on it. */
  trained(cell: CellPlan): Promise<TrainedCell>;
  /** The curve of a finished cell. */
  rows(cell: CellPlan): Promise<readonly MetricRow[]>;
  /** Where an interrupted training goes on; null if it starts anew. */
  checkpoint(cell: CellPlan): Promise<SavedRun | null>;
  putCheckpoint(cell: CellPlan, saved: SavedRun): Promise<void>;
}

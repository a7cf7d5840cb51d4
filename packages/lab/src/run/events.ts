import type { CellId } from '@winnow/tickets';
import type { CellSummary } from '../cells/cell-record.js';
import type { EstimatedCell, RunPlan } from '../plan/run-plan.js';

/** What happens in a run, in order. */
export type LabEvent =
  | {
      /** Once, before anything is trained. */
      readonly kind: 'plan';
      /** The run folder; null in memory. */
      readonly run: string | null;
      readonly backend: RunPlan['backend'];
      readonly isa: RunPlan['isa'];
      readonly workers: number;
      readonly threads: number;
      readonly cells: readonly EstimatedCell[];
      /** Names of those that are finished already. */
      readonly finished: ReadonlySet<string>;
      /** Estimate of what is left to do. */
      readonly seconds: number;
    }
  | {
      readonly kind: 'cell-started';
      readonly cell: CellId;
      /** More than 0 where a checkpoint goes on. */
      readonly fromIteration: number;
    }
  | {
      /** A few times a second for each cell that is being trained. */
      readonly kind: 'cell-progress';
      readonly cell: CellId;
      readonly iteration: number;
      readonly iterations: number;
      /** Estimate for the whole run. */
      readonly secondsLeft: number;
    }
  | {
      readonly kind: 'cell-finished';
      readonly cell: CellSummary;
      /** Whether it was there already. */
      readonly reused: boolean;
    }
  | {
      /** Something worth a line, as a sentence. */
      readonly kind: 'note';
      readonly message: string;
    };

import type { CellSummary, EstimatedCell, LabEvent } from '@winnow/lab';
import { beforeTrainingMethods, type CellId, controlKinds } from '@winnow/tickets';

/** A training under way. */
export interface RunningCell {
  readonly cell: CellId;
  readonly iteration: number;
  readonly iterations: number;
}

/** How far a run is. */
export interface Progress {
  readonly planned: readonly EstimatedCell[];
  readonly running: readonly RunningCell[];
  readonly finished: readonly CellSummary[];
  /** Estimate for the whole run; null while nothing is known. */
  readonly secondsLeft: number | null;
}

export const noProgress: Progress = { planned: [], running: [], finished: [], secondsLeft: null };

/** The progress after an event. */
export function progressAfter(progress: Progress, event: LabEvent): Progress {
  switch (event.kind) {
    case 'plan':
      return { ...noProgress, planned: event.cells, secondsLeft: event.seconds };
    case 'cell-started':
    case 'note':
      return progress;
    case 'cell-progress': {
      const { cell, iteration, iterations, secondsLeft } = event;
      const others = progress.running.filter((running) => !isSameCell(running.cell, cell));
      return { ...progress, running: [...others, { cell, iteration, iterations }].sort(byPlace), secondsLeft };
    }
    case 'cell-finished': {
      const running = progress.running.filter(({ cell }) => !isSameCell(cell, event.cell));
      return { ...progress, running, finished: [...progress.finished, event.cell] };
    }
  }
}

/** How many trials there are among these. */
export const trialsOf = (planned: readonly CellId[]): number => new Set(planned.map(({ trial }) => trial)).size;

/** Whether every training that was planned at this level is finished. */
export function isLevelFinished({ planned, finished }: Progress, level: number): boolean {
  const atLevel = (cell: CellId) => cell.level === level;
  return finished.filter(atLevel).length === planned.filter(atLevel).length;
}

function isSameCell(a: CellId, b: CellId): boolean {
  return a.kind === b.kind && a.level === b.level && a.trial === b.trial && a.replicate === b.replicate;
}

/** So that what is shown does not jump about. */
function byPlace({ cell: a }: RunningCell, { cell: b }: RunningCell): number {
  return a.trial - b.trial || a.level - b.level || a.kind.localeCompare(b.kind) || a.replicate - b.replicate;
}

const kindOrder = ['dense', 'ticket', 'one-shot', 'continued', ...beforeTrainingMethods, ...controlKinds] as const;

/** The kinds that stand beside the run's own pruned networks, in columns of their own. */
export function kindsBeside(planned: readonly CellId[]): readonly CellId['kind'][] {
  const [, , ...beside] = kindOrder.filter((kind) => kind === 'dense' || planned.some((cell) => cell.kind === kind));
  return beside;
}

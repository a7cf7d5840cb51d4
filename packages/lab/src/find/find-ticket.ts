import type { DataSet } from '@winnow/data';
import type { MetricRow, Network } from '@winnow/engine';
import { writeParameters } from '@winnow/formats';
import { searchedKind, type TrainedCell } from '@winnow/tickets';
import { type CellSummary, summaryOf } from '../cells/cell-record.js';
import type { Experiment } from '../experiment/experiment.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import type { ExperimentInput } from '../experiment/schema.js';
import type { LabEvent } from '../run/events.js';
import { type FinishedCell, type FinishedRun, type RunOptions, runToEnd } from '../run/run-experiment.js';
import { type RunSummary, winnerOf } from '../run/summary.js';
import { writingError } from '../store/file-errors.js';
import { replaceFile } from '../store/files.js';

/** What to search, and how. Only `network` and `data` have no default; see `ExperimentInput` for the rest. */
export interface FindTicketOptions extends Omit<ExperimentInput, 'network' | 'data'>, Omit<RunOptions, 'onEvent'> {
  readonly network: Network | string;
  readonly data: DataSet | string;
  /** Rounds of pruning after the dense training; 20 by default. The same as `pruning.rounds`. */
  readonly rounds?: number;
  readonly onProgress?: (event: LabEvent) => void;
}

/** A finished network of a search. */
export interface FoundNetwork extends CellSummary {
  /** Its curve: one row for each evaluation. */
  readonly rows: readonly MetricRow[];
  /** Masks and final values of the survivors. */
  trained(): Promise<TrainedCell>;
  /**
   * Writes the survivors and their mask as a safetensors file.
   * @throws UserError if the file cannot be written, RunError if the disk is full
   */
  save(path: string): Promise<void>;
}

export interface FoundTicket {
  /** The sparsest ticket that is no worse than its dense network and learns no slower; null if there is none. */
  readonly winner: FoundNetwork | null;
  /** The dense network and the tickets, level by level; of several trials, one trial after the other. */
  readonly levels: readonly FoundNetwork[];
  /** All numbers, controls included. */
  readonly summary: RunSummary;
}

/**
 * Finds a winning ticket: trains the network, prunes it round by round, sets the survivors back, and compares with controls.
 * All cores work; results stay in memory, or in the run folder `out`, where the same call continues what was interrupted.
 *
 *     const { winner } = await findTicket({ network: lenet300(), data: await mnist(), seed: 1, rounds: 15 });
 *
 * @throws UserError for a wrong setting, RunError if a training fails, the signal's reason if it aborts
 */
export async function findTicket(options: FindTicketOptions): Promise<FoundTicket> {
  const { rounds, onProgress, out, workers, threads, checkpointEverySeconds, choice, signal, ...input } = options;
  const pruning = rounds === undefined ? input.pruning : { ...input.pruning, rounds };
  const experiment = normaliseExperiment({ ...input, ...(pruning && { pruning }) }, 'findTicket');
  const run = await runToEnd(experiment, {
    ...defined({ out, workers, threads, checkpointEverySeconds, choice, signal }),
    ...(onProgress && { onEvent: onProgress }),
  });
  return foundIn(experiment, run);
}

async function foundIn(experiment: Experiment, run: FinishedRun): Promise<FoundTicket> {
  const searched = searchedKind[experiment.schedules[0]];
  const records = run.cells.map(({ record }) => record);
  const winning = winnerOf(experiment, records);
  const levels = run.cells.filter(({ record }) => record.kind === 'dense' || record.kind === searched);
  const networks = await Promise.all(levels.map((cell) => networkOf(cell, experiment, run)));
  const winner = networks[levels.findIndex(({ record }) => record === winning)] ?? null;
  return { winner, levels: networks, summary: run.summary };
}

async function networkOf(
  { plan, record }: FinishedCell,
  { network }: Experiment,
  { store }: FinishedRun,
): Promise<FoundNetwork> {
  return {
    ...summaryOf(record),
    rows: await store.rows(plan),
    trained: () => store.trained(plan),
    save: async (path) => {
      const { masks, parameters } = await store.trained(plan);
      await replaceFile(path, writeParameters(network, masks, parameters)).catch((error: unknown) => {
        throw writingError(error, path);
      });
    },
  };
}

/** The entries that are not undefined. */
function defined<T extends object>(given: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

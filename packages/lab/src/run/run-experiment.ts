import { availableParallelism } from 'node:os';
import { UserError } from '@winnow/arithmetic';
import { type Backend, type BackendChoice, loadBackend, MOST_THREADS } from '@winnow/engine';
import type { CellPlan } from '../cells/cell-plan.js';
import { type CellRecord, summaryOf } from '../cells/cell-record.js';
import { cellIdOf } from '../cells/name.js';
import { type Experiment, searchOf } from '../experiment/experiment.js';
import { type Prepared, prepareExperiment } from '../plan/prepare.js';
import { defaultWorkers, estimateRun, outlineRun, type RunOutline, secondsOf } from '../plan/run-plan.js';
import { idleThreads } from '../plan/threads.js';
import { memoryFreer } from '../scheduler/free-memory.js';
import { openPool, type Pool, type RunningCell } from '../scheduler/pool.js';
import { runCells } from '../scheduler/run-cells.js';
import { folderStore } from '../store/folder-store.js';
import { memoryStore } from '../store/memory-store.js';
import { openRunFolder } from '../store/run-folder.js';
import type { CellStore } from '../store/store.js';
import { provenanceOf } from '../store/versions.js';
import type { LabEvent } from './events.js';
import { type Progress, trackProgress } from './progress.js';
import { type RunSummary, summariseRun } from './summary.js';

/** How an experiment is run; nothing here changes a bit of its results. */
export interface RunOptions {
  /** The run folder: made if need be, continued if it is there. Without one, results stay in memory. */
  readonly out?: string;
  /** Worker threads; as many as cores by default. */
  readonly workers?: number;
  /** Threads of each training that share large layers, in native code; by default the cores that other trainings leave idle when it starts. */
  readonly threads?: number;
  /** Seconds between exact checkpoints of a cell; 30 by default. */
  readonly checkpointEverySeconds?: number;
  readonly choice?: BackendChoice;
  /** Other runs' folders: their finished cells of the same names are copied into `out`, in place of training them again. */
  readonly shareFrom?: readonly string[];
  /** Stops the run: cells in training leave a checkpoint first. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: LabEvent) => void;
}

/** A finished run: what `--json` prints, and the way to the rest. */
export interface FinishedRun {
  readonly summary: RunSummary;
  readonly cells: readonly FinishedCell[];
  readonly prepared: Prepared;
  readonly store: CellStore;
}

export interface FinishedCell {
  readonly plan: CellPlan;
  readonly record: CellRecord;
}

const CHECKPOINT_SECONDS = 30;
const NEVER = Number.POSITIVE_INFINITY;
const PROGRESS_MILLISECONDS = 200;

/**
 * Trains what an experiment asks for and is not finished yet.
 *
 * @throws UserError for what the user can mend, before anything is made; RunError if a training fails, the disk is full, or
 * another process works on the folder; the signal's reason if it aborts. What was finished is kept, and the same call continues.
 */
export async function runExperiment(experiment: Experiment, options: RunOptions = {}): Promise<RunSummary> {
  const { summary } = await runToEnd(experiment, options);
  // The examples.
  memoryFreer()();
  return summary;
}

/** The same, for callers that go on with the cells. */
export async function runToEnd(experiment: Experiment, options: RunOptions): Promise<FinishedRun> {
  const { onEvent = () => {}, signal } = options;
  requireOptions(options);
  signal?.throwIfAborted();
  const workers = options.workers ?? defaultWorkers();
  // Each trial begins with one network, the dense one.
  const pool = openPool(workers, Math.min(workers, experiment.trials), searchOf(experiment));
  try {
    return await runInPool(experiment, pool, { ...options, onEvent });
  } finally {
    await pool.close();
  }
}

type WatchedOptions = RunOptions & { readonly onEvent: (event: LabEvent) => void };

async function runInPool(experiment: Experiment, pool: Pool, options: WatchedOptions): Promise<FinishedRun> {
  const { out, onEvent } = options;
  const backend = await loadBackend(options.choice);
  const prepared = await prepareExperiment(experiment);
  const outline = outlineRun(prepared, backend, options);
  const note = (message: string) => onEvent({ kind: 'note', message });
  const train = async (store: CellStore, path: string | null): Promise<FinishedRun> => {
    const cells = await trainAll(prepared, backend, outline, pool, store, path, options);
    const records = cells.map(({ record }) => record);
    return { summary: summariseRun(path, backend, experiment, records), cells, prepared, store };
  };
  if (out === undefined) return train(memoryStore(), null);
  const folder = await openRunFolder(out, { experiment, data: prepared.description });
  try {
    const { network } = experiment;
    const { shareFrom = [] } = options;
    const store = folderStore(folder.path, { network, provenance: provenanceOf(backend), note, shareFrom });
    return await train(store, folder.path);
  } finally {
    await folder.close();
  }
}

function requireOptions({ workers = 1, threads = 1, checkpointEverySeconds = 0 }: RunOptions): void {
  if (!(Number.isInteger(workers) && workers >= 1)) {
    throw new UserError(`workers must be a whole number from 1 on, not ${workers}.`);
  }
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    throw new UserError(`threads must be a whole number from 1 to ${MOST_THREADS}, not ${threads}.`);
  }
  if (!(checkpointEverySeconds >= 0)) {
    throw new UserError(`checkpointEverySeconds must be 0 or more, not ${checkpointEverySeconds}.`);
  }
}

async function trainAll(
  prepared: Prepared,
  backend: Backend,
  outline: RunOutline,
  pool: Pool,
  store: CellStore,
  path: string | null,
  options: WatchedOptions,
): Promise<readonly FinishedCell[]> {
  const { onEvent } = options;
  const { search, data } = prepared;
  const { isa, threads } = outline;
  const cores = availableParallelism();
  const records = new Map<string, CellRecord>();
  for (const cell of outline.cells) {
    const record = await store.find(cell);
    if (record !== null) records.set(cell.name, record);
  }
  const reused = new Set(records.keys());
  const unfinished = new Set(outline.cells.map(({ name }) => name).filter((name) => !reused.has(name)));
  const workers = Math.min(outline.workers, unfinished.size);
  const running = new Set<RunningCell>();

  const announce = (): Progress => {
    const { cells } = estimateRun(prepared, backend, outline);
    const progress = trackProgress({ cells, secondsOf: secondsOf(cells), unfinished, running, workers });
    const seconds = progress.secondsLeft();
    onEvent({
      kind: 'plan',
      run: path,
      backend: backend.name,
      isa,
      workers,
      threads,
      cells,
      finished: reused,
      seconds,
    });
    for (const record of records.values()) onEvent({ kind: 'cell-finished', cell: summaryOf(record), reused: true });
    return progress;
  };

  if (unfinished.size > 0) {
    pool.setUp({
      search,
      data,
      backend: { name: backend.name, isa },
      checkpointEverySeconds: path === null ? NEVER : (options.checkpointEverySeconds ?? CHECKPOINT_SECONDS),
    });
    let progress: Progress | null = null;
    const showRunning = () => {
      if (progress !== null) showProgress(running, progress.secondsLeft(), onEvent);
    };
    const ticker = setInterval(showRunning, PROGRESS_MILLISECONDS);
    try {
      await runCells({
        cells: outline.cells,
        unfinished,
        // One core is left to the measurement.
        beforeEstimate: (taken) => Math.max(0, Math.floor(cores / taken) - 1),
        threadsOf: (together, busy) => options.threads ?? idleThreads(backend, together, cores - busy),
        estimate() {
          // The files as they were read, now that nobody waits for this thread.
          memoryFreer()();
          progress = announce();
          return progress.secondsOf;
        },
        store,
        pool,
        running,
        signal: options.signal,
        watch: {
          started: (cell, fromIteration) => onEvent({ kind: 'cell-started', cell: cellIdOf(cell), fromIteration }),
          finished: (cell, record) => {
            records.set(cell.name, record);
            progress?.finished(cell, record.trainingSeconds + record.evaluationSeconds);
            onEvent({ kind: 'cell-finished', cell: summaryOf(record), reused: false });
          },
        },
      });
    } finally {
      clearInterval(ticker);
    }
  } else announce();
  return outline.cells.map((cell) => ({ plan: cell, record: records.get(cell.name)! }));
}

function showProgress(running: ReadonlySet<RunningCell>, left: number, onEvent: (event: LabEvent) => void): void {
  for (const { cell, iteration } of running) {
    const { iterations } = cell;
    onEvent({ kind: 'cell-progress', cell: cellIdOf(cell), iteration: iteration(), iterations, secondsLeft: left });
  }
}

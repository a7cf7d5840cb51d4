// The entry of a worker thread: trains the cells that it is sent, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { dataOrder, type LaidOutData, loadBackend } from '@winnow/engine';
import { type CellId, cellStart, type Search, type TrainingStart } from '@winnow/tickets';
import { withCriterion } from '../criteria/load-criterion.js';
import { memoryFreer } from './free-memory.js';
import {
  controlOf,
  ITERATION,
  type SentError,
  STOP,
  type TrainRequest,
  type WorkerMessage,
  type WorkerRequest,
  type WorkerSetup,
  type WorkerStart,
} from './protocol.js';
import { trainCell, type Watch, type Workshop } from './train-cell.js';

const port = parentPort!;
const { control, worker, first } = workerData as WorkerStart;
const words = controlOf(control, worker);
const freeMemory = memoryFreer();
let begun = first && begin(first.search, first.trial);

let setup: Promise<Setup>;

// Messages come in their order, and so they are done: a cell waits for the setup.
port.on('message', async (request: WorkerRequest) => {
  if (request.kind === 'setup') {
    setup = setUp(request);
    return;
  }
  const { workshop, checkpointEverySeconds } = await setup;
  try {
    const start = begun !== null && isSameCell(begun.cell, request.cell) ? begun.start : null;
    begun = null;
    send(train(workshop, checkpointEverySeconds, request, start));
  } catch (error) {
    send({ kind: 'failed', error: sendable(error) });
  }
  freeMemory();
});

/** What a trial's dense network starts from: it needs no data. */
function begin(search: Search, trial: number) {
  const cell = { trial, level: 0, kind: 'dense', replicate: 0 } as const;
  return { cell, start: cellStart(search, cell, []) };
}

const isSameCell = (a: CellId, b: CellId): boolean =>
  a.trial === b.trial && a.level === b.level && a.kind === b.kind && a.replicate === b.replicate;

interface Setup {
  readonly workshop: Workshop;
  readonly checkpointEverySeconds: number;
}

async function setUp({ search, data, backend, checkpointEverySeconds }: WorkerSetup): Promise<Setup> {
  const loaded = await loadBackend({ backend: backend.name, ...(backend.isa !== null && { isa: backend.isa }) });
  const workshop = {
    backend: loaded,
    search: await withCriterion(search),
    data,
    orderOf: lastOrder(search, data),
  };
  return { workshop, checkpointEverySeconds };
}

function train(
  workshop: Workshop,
  checkpointEverySeconds: number,
  request: TrainRequest,
  start: TrainingStart | null,
): WorkerMessage {
  let savedAt = performance.now();
  const watch: Watch = {
    progress: (iteration) => Atomics.store(words, ITERATION, iteration),
    isStopAsked: () => Atomics.load(words, STOP) !== 0,
    isCheckpointDue: () => performance.now() - savedAt >= 1000 * checkpointEverySeconds,
    checkpoint: (saved) => {
      send({ kind: 'checkpoint', saved });
      savedAt = performance.now();
    },
  };
  return trainCell(workshop, request, watch, start);
}

/** Remembers the order of one trial, since cells mostly come trial by trial. */
function lastOrder(search: Search, data: LaidOutData): Workshop['orderOf'] {
  let last = dataOrder({ seed: search.seed, trial: 0, count: data.train.count });
  return (trial) => {
    if (last.trial !== trial) last = dataOrder({ seed: search.seed, trial, count: data.train.count });
    return last;
  };
}

function send(message: WorkerMessage): void {
  port.postMessage(message);
}

function sendable(error: unknown): SentError {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack ?? '' };
  return { name: 'Error', message: String(error), stack: '' };
}

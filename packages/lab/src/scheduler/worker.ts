// The entry of a worker thread: trains the cells that it is sent, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { dataOrder, type LaidOutData, loadBackend } from '@winnow/engine';
import type { Search } from '@winnow/tickets';
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
import { trainCell, type Workshop } from './train-cell.js';

const port = parentPort!;
const { control, worker } = workerData as WorkerStart;
const words = controlOf(control, worker);
const freeMemory = memoryFreer();

let setup: Promise<Setup>;

// Messages come in their order, and so they are done: a cell waits for the setup.
port.on('message', async (request: WorkerRequest) => {
  if (request.kind === 'setup') {
    setup = setUp(request);
    return;
  }
  const { workshop, checkpointEverySeconds } = await setup;
  try {
    send(train(workshop, checkpointEverySeconds, request));
  } catch (error) {
    send({ kind: 'failed', error: sendable(error) });
  }
  freeMemory();
});

interface Setup {
  readonly workshop: Workshop;
  readonly checkpointEverySeconds: number;
}

async function setUp({ search, data, backend, threads, checkpointEverySeconds }: WorkerSetup): Promise<Setup> {
  const loaded = await loadBackend({ backend: backend.name, ...(backend.isa !== null && { isa: backend.isa }) });
  const workshop = {
    backend: loaded,
    threads,
    search: await withCriterion(search),
    data,
    orderOf: lastOrder(search, data),
  };
  return { workshop, checkpointEverySeconds };
}

function train(workshop: Workshop, checkpointEverySeconds: number, request: TrainRequest): WorkerMessage {
  let savedAt = performance.now();
  return trainCell(workshop, request, {
    progress: (iteration) => Atomics.store(words, ITERATION, iteration),
    isStopAsked: () => Atomics.load(words, STOP) !== 0,
    isCheckpointDue: () => performance.now() - savedAt >= 1000 * checkpointEverySeconds,
    checkpoint: (saved) => {
      send({ kind: 'checkpoint', saved });
      savedAt = performance.now();
    },
  });
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

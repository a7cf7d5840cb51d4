// The entry of a worker thread: trains the cells that it is sent, one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { dataOrder, loadBackend } from '@winnow/engine';
import { withCriterion } from '../criteria/load-criterion.js';
import { memoryFreer } from './free-memory.js';
import {
  controlOf,
  ITERATION,
  type SentError,
  STOP,
  type TrainRequest,
  type WorkerMessage,
  type WorkerSetup,
} from './protocol.js';
import { trainCell, type Workshop } from './train-cell.js';

const port = parentPort!;
const { search, data, backend, threads, control, worker, checkpointEverySeconds } = workerData as WorkerSetup;
const words = controlOf(control, worker);

const workshop: Workshop = {
  backend: await loadBackend({ backend: backend.name, ...(backend.isa !== null && { isa: backend.isa }) }),
  threads,
  search: await withCriterion(search),
  data,
  orderOf: lastOrder(),
};

const freeMemory = memoryFreer();

port.on('message', (request: TrainRequest) => {
  try {
    send(train(request));
  } catch (error) {
    send({ kind: 'failed', error: sendable(error) });
  }
  freeMemory();
});

function train(request: TrainRequest): WorkerMessage {
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
function lastOrder(): Workshop['orderOf'] {
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

// The entry of a thread that trains one supermask.
import { parentPort, workerData } from 'node:worker_threads';
import { loadBackend, startSupermask } from '@winnow/engine';
import { ITERATION, STOP } from '../scheduler/protocol.js';
import type { SupermaskMessage, SupermaskSetup } from './protocol.js';

const port = parentPort!;
const { options, backend: named, control, checkpointEverySeconds, saved } = workerData as SupermaskSetup;
const words = new Int32Array(control);

try {
  const backend = await loadBackend({ backend: named.name, ...(named.isa !== null && { isa: named.isa }) });
  port.postMessage(train({ ...options, backend }));
} catch (error) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  port.postMessage({ kind: 'failed', error: { name, message, stack } } satisfies SupermaskMessage);
}

function train(all: Parameters<typeof startSupermask>[0]): SupermaskMessage {
  const run = startSupermask(all, saved ?? undefined);
  let savedAt = performance.now();
  try {
    while (run.advance() || run.next() !== null) {
      Atomics.store(words, ITERATION, run.iteration);
      if (Atomics.load(words, STOP) !== 0) return { kind: 'stopped', saved: run.save() };
      if (performance.now() - savedAt < 1000 * checkpointEverySeconds) continue;
      port.postMessage({ kind: 'checkpoint', saved: run.save() } satisfies SupermaskMessage);
      savedAt = performance.now();
    }
    return { kind: 'finished', result: run.result() };
  } finally {
    run.close();
  }
}

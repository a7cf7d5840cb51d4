/** Trials on worker threads of their own, over one copy of the data, as the lab trains them. */
import { Worker } from 'node:worker_threads';
import { layOutSet } from './engine.mjs';

/**
 * Opens `count` trainings: { run(how many of them, steps), close() }. `run` resolves to the milliseconds until all that take part have done
 * their steps.
 */
export async function openTrials(count, { weights, set, backend }) {
  const workers = Array.from(
    { length: count },
    () =>
      new Worker(new URL('trial-worker.mjs', import.meta.url), {
        workerData: { weights, backend, data: layOutSet(set) },
      }),
  );
  const answer = (worker) =>
    new Promise((resolve, reject) => {
      const failed = (error) => reject(error);
      worker.once('error', failed);
      worker.once('message', () => {
        worker.off('error', failed);
        resolve();
      });
    });
  await Promise.all(workers.map(answer));
  return {
    run: async (working, steps) => {
      const begin = performance.now();
      const taking = workers.slice(0, working);
      const done = Promise.all(taking.map(answer));
      for (const worker of taking) worker.postMessage(steps);
      await done;
      return performance.now() - begin;
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

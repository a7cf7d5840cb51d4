/**
 * Fair clocks on a machine that others use too: what is compared is measured alternately in the same run, in many short windows,
 * and medians are quoted, with the best window beside them.
 *
 * A window is some steps, timed as a whole: { microseconds, cpuMicroseconds }, the mean of a step by the wall clock and by the
 * process's own clock. A job is { name, window(steps), close() }, where window resolves to one window. Both sides are timed the
 * same way.
 */
import { performance } from 'node:perf_hooks';

/** The middle value; of an even count the mean of the two. */
export function median(values) {
  if (values.length === 0) throw new Error('there is no median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One window of something that runs in this process: { run(steps) }. */
export async function timed(task, steps) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await task.run(steps);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { microseconds: (wall * 1000) / steps, cpuMicroseconds: (user + system) / steps };
}

/** A task of this process as a job. */
export const asJob = (task) => ({ ...task, window: (steps) => timed(task, steps), close: () => task.close?.() });

/** Medians and the best of windows of `stepsPerWindow` steps. */
export function summarise(windows, stepsPerWindow) {
  return {
    medianMicroseconds: median(windows.map(({ microseconds }) => microseconds)),
    bestMicroseconds: Math.min(...windows.map(({ microseconds }) => microseconds)),
    medianCpuMicroseconds: median(windows.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    steps: windows.length * stepsPerWindow,
  };
}

/** How many steps fill a window. */
export async function stepsForWindow(job, microsecondsPerWindow) {
  await job.window(1);
  const once = Math.min((await job.window(2)).microseconds, (await job.window(2)).microseconds);
  return Math.max(1, Math.min(5000, Math.round(microsecondsPerWindow / once)));
}

/**
 * Measures jobs in turns: `rounds` times each job in order runs `windowsPerTurn` windows, after one that is thrown away because
 * the caches still hold the job before. Windows are short, so that some of them fall between what other programs do; they have
 * `stepsPerWindow` steps or last about `microsecondsPerWindow`. Resolves to a summary for each job, in order.
 */
export async function interleave(jobs, repeats = {}) {
  const { rounds = 10, windowsPerTurn = 16, microsecondsPerWindow = 3_000, stepsPerWindow } = repeats;
  const runs = [];
  for (const job of jobs) {
    runs.push({ job, steps: stepsPerWindow ?? (await stepsForWindow(job, microsecondsPerWindow)), windows: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { job, steps, windows } of runs) {
      await job.window(steps);
      for (let index = 0; index < windowsPerTurn; index++) windows.push(await job.window(steps));
    }
  }
  return runs.map(({ windows, steps }) => summarise(windows, steps));
}

import { describe, expect, it } from 'vitest';
import { asJob, interleave, median, summarise } from './measure.mjs';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });
  it('is the mean of the two middle values of an even count', () => {
    expect(median([1, 10, 4, 6])).toBe(5);
  });
  it('does not exist for nothing', () => {
    expect(() => median([])).toThrow('no median');
  });
});

it('a summary holds the median and the best of all windows', () => {
  const windows = [30, 10, 20].map((time) => ({ microseconds: time, cpuMicroseconds: time / 2 }));
  expect(summarise(windows, 4)).toEqual({
    medianMicroseconds: 20,
    bestMicroseconds: 10,
    medianCpuMicroseconds: 10,
    steps: 12,
  });
});

describe('interleave', () => {
  const jobThatTakes = (microseconds: number, name: string, log: string[]) => ({
    name,
    window: async (steps: number) => {
      log.push(`${name}${steps}`);
      return { microseconds, cpuMicroseconds: microseconds };
    },
  });

  it('takes turns, and throws away the first window of each', async () => {
    const log: string[] = [];
    const jobs = [jobThatTakes(100, 'a', log), jobThatTakes(300, 'b', log)];
    const [a, b] = await interleave(jobs, { rounds: 2, windowsPerTurn: 2, stepsPerWindow: 3 });
    expect(log.join(' ')).toBe('a3 a3 a3 b3 b3 b3 a3 a3 a3 b3 b3 b3');
    expect([a.medianMicroseconds, a.steps, b.medianMicroseconds, b.steps]).toEqual([100, 12, 300, 12]);
  });

  it('gives every job windows of about the same length', async () => {
    const log: string[] = [];
    const jobs = [jobThatTakes(100, 'a', log), jobThatTakes(3000, 'b', log)];
    await interleave(jobs, { rounds: 1, windowsPerTurn: 1, microsecondsPerWindow: 6000 });
    expect(log.slice(-4)).toEqual(['a60', 'a60', 'b2', 'b2']);
  });
});

it('a task of this process is a job that runs the steps it is asked for', async () => {
  const asked: number[] = [];
  const window = await asJob({ run: (steps: number) => asked.push(steps) }).window(7);
  expect(asked).toEqual([7]);
  expect(window.microseconds).toBeGreaterThanOrEqual(0);
});

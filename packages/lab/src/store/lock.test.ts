import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from './lock.js';
import { machineProcesses, type Processes } from './processes.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const pause = async () => undefined;

/** A machine on which these processes run, since these times. */
const machine = (running: Readonly<Record<number, string>>, place = 'here'): Processes => ({
  place,
  startOf: async (pid) => running[pid] ?? null,
});

const lockOf = (pid: number, started: string, place = 'here') =>
  writeFile(path, JSON.stringify({ pid, started, place, token: 'other' }));

describe('the lock of a run folder', () => {
  it('is a file while it is held and nothing afterwards', async () => {
    const lock = await takeLock(path);
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the living process that holds it', async () => {
    const lock = await takeLock(path);
    const second = takeLock(path);
    await expect(second).rejects.toThrow(RunError);
    await expect(second).rejects.toThrow(`Process ${process.pid} is working on this run folder`);
    await lock.release();
    await (await takeLock(path)).release();
  });

  it('is taken over from a process that no longer runs', async () => {
    await lockOf(77, 'Monday');
    const lock = await takeLock(path, { processes: machine({ [process.pid]: 'Tuesday' }), pause });
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over when another process got the number of the one that held it', async () => {
    await lockOf(77, 'Monday');
    const processes = machine({ [process.pid]: 'Tuesday', 77: 'Wednesday' });
    await (await takeLock(path, { processes, pause })).release();
  });

  it('is kept while the same process runs', async () => {
    await lockOf(77, 'Monday');
    const processes = machine({ [process.pid]: 'Tuesday', 77: 'Monday' });
    await expect(takeLock(path, { processes, pause })).rejects.toThrow('Process 77 is working');
  });

  it.each(['', '{"pid":', '[]', 'null', '{"pid":"x"}'])('is taken over when it holds no holder: %s', async (text) => {
    await writeFile(path, text);
    await (await takeLock(path, { processes: machineProcesses(), pause })).release();
  });

  it('of another host is kept when it is touched while being watched, and names that host', async () => {
    await lockOf(77, 'Monday', 'elsewhere boot namespace');
    const touch = async () => utimes(path, new Date(1e12), new Date(1e12));
    const taking = takeLock(path, { processes: machine({ [process.pid]: 'Tuesday' }), pause: touch });
    await expect(taking).rejects.toThrow('Process 77 on elsewhere is working');
  });

  it('of another host is taken over when its heartbeat stands still', async () => {
    await lockOf(77, 'Monday', 'elsewhere');
    await (await takeLock(path, { processes: machine({ [process.pid]: 'Tuesday' }), pause })).release();
  });

  it('goes to exactly one of many that find it stale at the same time', async () => {
    await lockOf(77, 'Monday');
    const processes = machine({ [process.pid]: 'Tuesday' });
    const takings = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, { processes, pause })));
    const taken = takings.filter((taking) => taking.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0].value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that another process has taken over is not released', async () => {
    const lock = await takeLock(path);
    await lockOf(77, 'Monday');
    await lock.release();
    expect(await readdir(folder)).toEqual(['lock']);
  });
});

describe('the processes of this machine', () => {
  it('tell when this one started, and that others do not run', async () => {
    const { startOf } = machineProcesses();
    const started = await startOf(process.pid);
    expect(started).not.toBeNull();
    expect(await startOf(process.pid)).toBe(started);
    expect(await startOf(2 ** 30)).toBeNull();
  });
});

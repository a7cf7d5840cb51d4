import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from '@winnow/arithmetic';
import { systemCode } from './file-errors.js';
import { temporaryName, writeDurably } from './files.js';
import { machineProcesses, type Processes } from './processes.js';

/** The right to write to a run folder. */
export interface Lock {
  release(): Promise<void>;
}

/** Who holds a lock; written in its file as JSON. */
interface Holder {
  readonly pid: number;
  readonly started: string | null;
  readonly place: string;
  /** Tells apart two locks of one process. */
  readonly token: string;
}

/** What a lock asks of the machine; tests pass their own. */
export interface LockMachine {
  readonly processes: Processes;
  pause(milliseconds: number): Promise<unknown>;
}

/** A holder touches its lock this often, so that other hosts see that it lives. */
const HEARTBEAT_MILLISECONDS = 2000;
/** A lock of another host that nobody touched for this long has lost its holder. */
const WATCH_MILLISECONDS = 10_000;
const RETRIES = 20;
const RETRY_MILLISECONDS = 50;

export const thisMachine = (): LockMachine => ({ processes: machineProcesses(), pause: sleep });

/**
 * Takes the lock file `path`. A lock whose holder no longer runs is taken over, whatever ended it: the holder is known by
 * process number and start time, so a new process with an old number is not taken for it. The process of another host cannot
 * be looked up; its lock is watched until it shows a heartbeat or does not.
 *
 * @throws RunError naming the process if a living one holds it; the operating system's error if the file cannot be written
 */
export async function takeLock(path: string, machine: LockMachine = thisMachine()): Promise<Lock> {
  const text = await ownText(machine.processes);
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    if (await create(path, text)) return hold(path, text);
    const found = await read(path, machine);
    if (found === null) continue;
    if (found.holder !== null && (await isAlive(found.holder, path, machine))) {
      throw new LockHeld(found.holder, machine.processes.place, path);
    }
    if (await takeOver(path, found.text, text, machine)) return hold(path, text);
  }
  throw new RunError(`${path} is taken again and again by other processes. Run one at a time on a folder.`);
}

class LockHeld extends RunError {
  constructor({ pid, place }: Holder, here: string, path: string) {
    const where = place === here ? '' : ` on ${place.split(' ')[0]}`;
    super(
      `Process ${pid}${where} is working on this run folder (${path}). Wait for it, stop it, or choose another folder (--out).`,
    );
  }
}

async function ownText(processes: Processes): Promise<string> {
  const { pid } = process;
  const token = randomBytes(8).toString('hex');
  const holder: Holder = { pid, started: await processes.startOf(pid), place: processes.place, token };
  return JSON.stringify(holder);
}

/** The file may not exist before. Read back, because one that was slow to write may have been taken for a stale one. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeDurably(path, new TextEncoder().encode(text));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) === 'ENOSPC') await rm(path, { force: true });
    throw error;
  }
  return (await textOf(path)) === text;
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/** The lock's text and holder; null if it has gone meanwhile. A text that makes no sense may be one that is being written. */
async function read(path: string, { pause }: LockMachine) {
  for (let attempt = 1; ; attempt++) {
    const text = await textOf(path);
    if (text === null) return null;
    const holder = parse(text);
    if (holder !== null || attempt === RETRIES) return { text, holder };
    await pause(RETRY_MILLISECONDS);
  }
}

function parse(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { pid, started = null, place, token } = value as Partial<Holder>;
    if (!Number.isSafeInteger(pid) || typeof place !== 'string' || typeof token !== 'string') return null;
    return { pid: pid as number, started, place, token };
  } catch {
    return null;
  }
}

async function isAlive(holder: Holder, path: string, { processes, pause }: LockMachine): Promise<boolean> {
  if (holder.place === processes.place) {
    const started = await processes.startOf(holder.pid);
    return started !== null && started === holder.started;
  }
  const before = await touchedAt(path);
  await pause(WATCH_MILLISECONDS);
  return (await touchedAt(path)) !== before;
}

const touchedAt = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.mtimeMs ?? 0;

/**
 * Puts `own` in place of the stale text. Several processes may find the same lock stale at once, so they do this one at a time,
 * under a lock of the same kind, and look again whether it still is what they judged.
 */
async function takeOver(path: string, stale: string, own: string, machine: LockMachine): Promise<boolean> {
  let guard: Lock;
  try {
    guard = await takeLock(`${path}-takeover`, machine);
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    await machine.pause(RETRY_MILLISECONDS);
    return false;
  }
  try {
    if ((await textOf(path)) !== stale) return false;
    const temporary = temporaryName(path);
    await writeDurably(temporary, new TextEncoder().encode(own));
    await rename(temporary, path);
    return true;
  } finally {
    await guard.release();
  }
}

function hold(path: string, text: string): Lock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MILLISECONDS);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if ((await textOf(path)) === text) await rm(path, { force: true });
    },
  };
}

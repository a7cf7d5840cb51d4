import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** What a lock has to know about processes. */
export interface Processes {
  /**
   * Where process numbers mean the same: the host, on Linux also its boot and the process namespace (a container has its own).
   * Processes of another place cannot be looked up.
   */
  readonly place: string;
  /** When the process started, as a text that no later process of the same number repeats; null if it is not running. */
  startOf(pid: number): Promise<string | null>;
}

const run = promisify(execFile);

/** The running processes of this machine. */
export function machineProcesses(): Processes {
  switch (process.platform) {
    case 'linux':
    case 'android':
      return {
        place: `${hostname()} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`,
        startOf: startOnLinux,
      };
    case 'win32':
      return { place: hostname(), startOf: (pid) => askForStart(pid, 'powershell.exe', windowsQuestion(pid)) };
    default:
      return { place: hostname(), startOf: (pid) => askForStart(pid, 'ps', ['-o', 'lstart=', '-p', String(pid)]) };
  }
}

/** Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process. A zombie no longer runs. */
async function startOnLinux(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // Field 2, the command's name, is in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return state === 'Z' || state === 'X' ? null : fields[19];
}

function windowsQuestion(pid: number): readonly string[] {
  return ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`];
}

/** A process that runs but whose start cannot be learned is told by its number alone. */
async function askForStart(pid: number, program: string, question: readonly string[]): Promise<string | null> {
  if (!isRunning(pid)) return null;
  const { stdout } = await run(program, question).catch(() => ({ stdout: '' }));
  return stdout.trim() === '' ? 'unknown' : stdout.trim();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the command left behind. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  /** Resolves as soon as standard output has this text. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

const bin = fileURLToPath(new URL('../../bin/winnow.js', import.meta.url));

/** Starts the built command in a folder. Variables that steer it are those of `env` alone. */
export function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Started {
  const {
    WINNOW_BACKEND: _,
    WINNOW_ISA: _1,
    WINNOW_DEBUG: _2,
    NO_COLOR: _3,
    FORCE_COLOR: _4,
    ...machine
  } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...machine, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const readers: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const read of readers) read();
    });
  }
  const ended = once(child, 'close').then(([exitCode]): Ended => ({ exitCode, ...output }));
  return {
    process: child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const read = () => output.stdout.includes(text) && resolve();
        readers.push(read);
        read();
        void ended.then(() => reject(new Error(`it ended without saying "${text}": ${output.stdout}${output.stderr}`)));
      }),
  };
}

/** Runs the built command to its end. */
export function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start(args, cwd, env).ended;
}

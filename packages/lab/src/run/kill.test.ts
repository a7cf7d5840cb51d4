import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { RunError } from '@winnow/arithmetic';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyExperiment } from '../testing/experiments.js';
import type { ChildOrder } from '../testing/run-child.js';
import { runExperiment } from './run-experiment.js';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'winnow-kill-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const script = fileURLToPath(new URL('../../dist/testing/run-child.js', import.meta.url));

function child(order: Partial<ChildOrder>): ChildProcess {
  const complete: ChildOrder = { workers: 2, input: {}, die: null, ...order };
  return spawn(process.execPath, [script, out, JSON.stringify(complete)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a child to its end. @returns the digests it printed; null if it was killed before */
async function ended(process: ChildProcess): Promise<readonly string[] | null> {
  let digests: readonly string[] | null = null;
  for await (const line of createInterface({ input: process.stdout! })) {
    const event = JSON.parse(line) as { kind: string; digests?: readonly string[] };
    if (event.kind === 'done') digests = event.digests!;
  }
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
  if (digests === null) expect(process.signalCode).toBe('SIGKILL');
  return digests;
}

async function printed(process: ChildProcess, kind: string): Promise<void> {
  for await (const line of createInterface({ input: process.stdout! })) if (line.includes(kind)) return;
}

const digestsOf = async () => {
  const { cells } = await runExperiment(tinyExperiment(), { choice: { backend: 'reference' }, workers: 1 });
  return cells.map(({ digest }) => digest);
};

describe('kill -9', () => {
  it.each([
    ['before a file gets its name', 'rename', 'before'],
    ['after a file got its name', 'rename', 'after'],
    ['while a file is written', 'open', 'after'],
    ['while something is cleared away', 'rm', 'before'],
  ] as const)('%s, later and later, changes no bit', async (_, call, when) => {
    const expected = await digestsOf();
    let digests: readonly string[] | null = null;
    let kills = 0;
    // Each process dies a few calls later than the one before, so that it gets on.
    for (let at = 1; digests === null; at += 5) {
      digests = await ended(child({ workers: 1 + (at % 2), die: { call, at, when } }));
      if (digests === null) kills++;
    }
    expect(kills).toBeGreaterThan(1);
    expect(digests).toEqual(expected);
    expect((await readdir(out)).sort()).toEqual(['cells', 'experiment.json']);
    expect(await readdir(join(out, 'cells', 'trial-0'))).toHaveLength(7);
  });

  it('leaves a lock that does not block', async () => {
    const first = child({ input: { recipe: { iterations: 1_000_000, evaluateEvery: 10, batch: 20 } } });
    await printed(first, 'cell-started');
    const { pid } = first;
    const long = tinyExperiment({ recipe: { iterations: 1_000_000, evaluateEvery: 10, batch: 20 } });
    const meanwhile = runExperiment(long, { out, choice: { backend: 'reference' } });
    await expect(meanwhile).rejects.toThrow(RunError);
    await expect(meanwhile).rejects.toThrow(`Process ${pid} is working on this run folder`);
    expect(await readdir(out)).toContain('experiment.json');

    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(await readdir(out)).toContain('lock');
    const controller = new AbortController();
    const afterwards = runExperiment(long, {
      out,
      choice: { backend: 'reference' },
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === 'cell-started') controller.abort(new Error('it started'));
      },
    });
    await expect(afterwards).rejects.toThrow('it started');
  });
});

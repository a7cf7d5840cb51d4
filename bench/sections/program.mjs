/** The command as people call it: how long it takes to start, and how much memory a search takes. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { survivorsAtDensity } from '../lenet.mjs';
import { median } from '../measure.mjs';
import { DENSITIES } from './training.mjs';

const WINNOW = fileURLToPath(new URL('../../packages/cli/bin/winnow.js', import.meta.url));
const HELPS = 15;
const FINDS = 5;
const SEARCH = ['--levels', '20', '--iterations', '300'];
const run = promisify(execFile);

/** Start-up: the help text, and a search up to the end of its first training step, each a process of its own. */
export async function* startTables(session) {
  if (session.ours === undefined) return;
  session.say('start-up');
  const node = [];
  const help = [];
  for (let turn = 0; turn < HELPS; turn++) {
    node.push(await secondsOf(['-e', '0']));
    help.push(await secondsOf([WINNOW, '--help']));
  }
  const finds = [];
  for (let turn = 0; turn < FINDS; turn++) {
    const { begin, report } = await observed(['--levels', '1', '--iterations', '1', '--evaluate-every', '1']);
    finds.push((report.firstStep - begin) / 1e3);
  }
  const cell = (values) => ({ median: median(values), best: Math.min(...values) });
  yield {
    id: 'start',
    title: 'Start-up, files in the cache',
    unit: 'seconds',
    columns: ['winnow'],
    rows: [
      { label: 'node -e 0, for comparison', cells: [cell(node)] },
      { label: 'winnow --help', cells: [cell(help)] },
      { label: 'winnow find, end of the first training step', cells: [cell(finds)] },
    ],
    notes: [
      `Medians of ${HELPS} and of ${FINDS} processes. The first step comes after reading and dividing MNIST, laying it out, and judging the start.`,
    ],
  };
}

/** Memory: the peak of a whole search, and the arena by density. */
export async function* memoryTables(session) {
  if (session.ours === undefined) return;
  session.say('memory');
  const { report } = await observed(SEARCH);
  const megabytes = (report.peakKilobytes * 1024) / 1e6;
  yield {
    id: 'peak-memory',
    title: 'Peak memory of a whole search',
    unit: 'MB',
    columns: ['winnow'],
    rows: [{ label: `winnow find ${SEARCH.join(' ')}`, cells: [{ median: megabytes, best: megabytes }] }],
    notes: ['Resident at most in the process, with Node itself, all workers, both controls and the report.'],
  };
  yield {
    id: 'arena',
    title: 'Memory of a training: its arena, by density',
    unit: 'KB',
    columns: ['whole arena', 'weights, moments, structure'],
    rows: DENSITIES.map((density) => {
      const { arenaBytes, layers } = session.ours.arenaOf(
        session.setting(session.weights(survivorsAtDensity(density))),
      );
      const cell = (bytes) => ({ median: bytes / 1e3, best: bytes / 1e3 });
      const ofWeights = layers.reduce((sum, { bytes }) => sum + bytes, 0);
      return { label: `${Math.round(1000 * density) / 10} %`, cells: [cell(arenaBytes), cell(ofWeights)] };
    }),
    notes: [
      'The rest of the arena are activations, their gradients and the tables of the steps of a call. Steps allocate nothing.',
    ],
  };
}

async function secondsOf(args) {
  const begin = performance.now();
  await run(process.execPath, args);
  return (performance.now() - begin) / 1e3;
}

/** Runs `winnow find` in a folder that goes away, with observe.mjs in it. */
async function observed(flags) {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-bench-find-'));
  const file = join(folder, 'observed.json');
  try {
    const begin = Date.now();
    await run(process.execPath, [WINNOW, 'find', ...flags, '--out', join(folder, 'run')], {
      cwd: folder,
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        NODE_OPTIONS: `--import=${new URL('../ours/observe.mjs', import.meta.url).href}`,
        WINNOW_BENCH_OBSERVED: file,
      },
    });
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return { begin, report: Object.assign({}, ...lines.reverse().map((line) => JSON.parse(line))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

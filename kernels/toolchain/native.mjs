import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sourceFolder } from './paths.mjs';
import { discard, fingerprint, install, isCurrent, writeWhole } from './stamp.mjs';

const nodeHeaders = join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');

/** No fused multiply-add, no fast-math: docs/arithmetic.md. */
export const kernelFlags = [
  '-std=c11',
  '-O3',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-Wall',
  '-Wextra',
  '-Wno-psabi',
];

const avx512 = ['-mavx512f', '-mavx512vl', '-mavx512bw', '-mavx512dq', '-mprefer-vector-width=512'];

/** The instruction sets of each processor family, with the width of their vectors in floats. */
const instructionSets = {
  x64: [
    { name: 'avx512', width: 16, flags: avx512 },
    { name: 'avx2', width: 8, flags: ['-mavx2'] },
    { name: 'baseline', width: 4, flags: [] },
  ],
  arm64: [{ name: 'neon', width: 4, flags: [] }],
};

/** The instruction sets that are built on a processor family. */
export const setsOf = (architecture) => instructionSets[architecture] ?? [{ name: 'baseline', width: 4, flags: [] }];

/** Flags that compile run.c for one instruction set. */
export const flagsOf = ({ name, width, flags }) => [
  ...kernelFlags,
  ...flags,
  `-DWIDTH=${width}`,
  `-DRUN=winnow_run_${name}`,
];

/**
 * Builds winnow.node in a folder with the system's C compiler, if there is one.
 * @param {string} header the text of generated.h
 * @returns {Promise<string | null>} null, or a sentence that says why there is none
 */
export async function buildNative(header, folder, compiler = process.env.CC || 'cc') {
  const target = join(folder, 'winnow.node');
  if (process.platform === 'win32')
    return 'The native backend is not built on Windows; WebAssembly does the work there.';
  const version = spawnSync(compiler, ['--version'], { encoding: 'utf8' });
  if (version.error || version.status !== 0) {
    discard(target);
    return `No C compiler was found (${compiler}) and the WebAssembly backend does the work, more slowly. Install gcc or clang and run \`npm run build\` for the native one.`;
  }
  const sets = setsOf(process.arch);
  const linkFlags =
    process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-pthread'];
  const print = fingerprint(header, version.stdout, sets.map(flagsOf), linkFlags, process.arch, process.platform);
  if (isCurrent(target, print)) return null;

  const log = join(folder, 'native.log');
  const work = mkdtempSync(join(folder, 'native-'));
  try {
    writeFileSync(join(work, 'generated.h'), header);
    const common = ['-fPIC', '-fvisibility=hidden', `-I${work}`, '-c'];
    const objects = sets.map(({ name }) => join(work, `${name}.o`));
    const addon = join(work, 'addon.o');
    const threads = join(work, 'threads.o');
    await Promise.all([
      ...sets.map((set, i) =>
        run(compiler, [...flagsOf(set), ...common, join(sourceFolder, 'run.c'), '-o', objects[i]]),
      ),
      run(compiler, [
        ...kernelFlags,
        ...common,
        `-I${nodeHeaders}`,
        ...sets.map(({ name }) => `-DHAS_${name.toUpperCase()}`),
        join(sourceFolder, 'addon.c'),
        '-o',
        addon,
      ]),
      run(compiler, [...kernelFlags, ...common, '-pthread', join(sourceFolder, 'threads.c'), '-o', threads]),
    ]);
    const linked = join(work, 'winnow.node');
    await run(compiler, [...linkFlags, ...objects, addon, threads, '-o', linked]);
    install(target, linked, print);
    rmSync(log, { force: true });
    return null;
  } catch (error) {
    discard(target);
    writeWhole(log, error.message);
    return `The C compiler (${compiler}) could not build the native backend and WebAssembly does the work, more slowly. Its messages are in ${log}.`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs a command; rejects with everything it printed if it fails. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    child.stdout.on('data', (chunk) => printed.push(chunk));
    child.stderr.on('data', (chunk) => printed.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(printed).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`${[command, ...args].join(' ')}\n${text}`));
    });
  });
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateHeader } from '../toolchain/generate.mjs';
import { kernelFlags, run } from '../toolchain/native.mjs';
import { buildFolder, kernelsFolder, sourceFolder } from '../toolchain/paths.mjs';

const compiler = process.env.CC || 'cc';

/**
 * Kernels that the tests in Node cannot reach on most machines: NEON under an emulator, and the code for 16 floats a vector on a processor
 * without AVX-512, where the compiler makes two halves of each vector.
 * The latter programs are never shipped, and compile with less optimisation: it takes most of their time and judges nothing.
 */
export const targets = [
  {
    name: 'neon, emulated',
    compiler: 'aarch64-linux-gnu-gcc',
    flags: ['-static', '-DWIDTH=4'],
    command: ['qemu-aarch64'],
  },
  { name: 'vectors of 16 floats', compiler, flags: ['-mavx2', '-DWIDTH=16', '-O1'], command: [], architecture: 'x64' },
  {
    name: 'baseline, undefined behaviour watched',
    compiler,
    flags: ['-DWIDTH=4', '-O1', '-fsanitize=undefined', '-fno-sanitize-recover=undefined'],
    command: [],
    architecture: 'x64',
  },
];

/** Why a target cannot be run on this machine, or null. */
export function whyNot({ compiler, command, architecture }) {
  if (architecture !== undefined && process.arch !== architecture) return `the processor is no ${architecture}`;
  const missing = [compiler, ...command].find((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing === undefined ? null : `${missing} is not installed`;
}

/**
 * Compiles the harness for a target and runs a case file through it.
 * @returns {Promise<string>} the harness's last line; rejects with everything it printed if a case differs
 */
export async function runTarget({ name, compiler, flags, command }, caseFile) {
  const folder = join(buildFolder, 'harness');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'generated.h'), await generateHeader());
  const program = join(folder, name.replace(/\W+/g, '-'));
  const sources = [join(kernelsFolder, 'harness', 'harness.c'), join(sourceFolder, 'run.c')];
  await run(compiler, [...kernelFlags, ...flags, '-DRUN=winnow_run_tested', `-I${folder}`, ...sources, '-o', program]);
  const printed = await run(
    command[0] ?? program,
    command.length > 0 ? [...command.slice(1), program, caseFile] : [caseFile],
  );
  return printed.trim().split('\n').at(-1);
}

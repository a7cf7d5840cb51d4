import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flagsOf, run, setsOf } from '../toolchain/native.mjs';
import { buildFolder, kernelsFolder } from '../toolchain/paths.mjs';

/**
 * What one core can do at most with an instruction set: see roofline.c.
 * @returns {Promise<{ arithmetic: number, loads: number, survivors: number }>} GFLOP/s
 */
export async function measureRoofline(isa) {
  const folder = join(buildFolder, 'harness');
  mkdirSync(folder, { recursive: true });
  const set = setsOf(process.arch).find(({ name }) => name === isa);
  // A file of this process: another one may be measuring, too.
  const program = join(folder, `roofline-${isa}-${process.pid}`);
  try {
    await run(process.env.CC || 'cc', [
      ...flagsOf(set),
      `-I${buildFolder}`,
      join(kernelsFolder, 'harness', 'roofline.c'),
      '-o',
      program,
    ]);
    return JSON.parse(await run(program, []));
  } finally {
    rmSync(program, { force: true });
  }
}

import { closeSync, openSync, writeSync } from 'node:fs';

const engine = new URL('../../packages/engine/dist/', import.meta.url);
const MAGIC = 0x43574e57;

/** Random runs of each instruction. */
const RANDOM_RUNS = 20;

/**
 * Writes the shared cases, random ones, and what the reference makes of them, as a file that harness.c reads. All words are little-endian.
 * @returns {Promise<number>} how many cases there are
 */
export async function writeCaseFile(path) {
  const { kernelCases } = await import(new URL('kernels.cases.js', engine));
  const { caseKinds, randomCase } = await import(new URL('backends/differential/random-cases.js', engine));
  const { openRanges, runCase } = await import(new URL('testing/run-case.js', engine));
  const { reference } = await import(new URL('backends/reference.js', engine));
  const seeds = Array.from({ length: RANDOM_RUNS }, (_, seed) => seed);
  const cases = [...kernelCases, ...caseKinds.flatMap((kind) => seeds.map((seed) => randomCase(kind, seed)))];
  const file = openSync(path, 'w');
  writeSync(file, Int32Array.of(MAGIC, cases.length));
  for (const kernelCase of cases) {
    const { name, before, data, program, steps } = kernelCase;
    const { after, fault } = runCase(reference, kernelCase);
    const open = openRanges(kernelCase, after);
    const nameBytes = new TextEncoder().encode(name);
    const faulted = fault === null ? [0, 0, 0] : [1, fault.step, fault.layer];
    const header = [nameBytes.length, before.length, data.length, program, steps, open.length, ...faulted];
    writeSync(file, Int32Array.from(header));
    writeSync(file, nameBytes);
    writeSync(file, Int32Array.from(open.flatMap(({ offset, words }) => [offset, words])));
    writeSync(file, before);
    writeSync(file, after);
    writeSync(file, data);
  }
  closeSync(file);
  return cases.length;
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles and runs the roofline: [{ name, bits, unit, median, best }] for one thread, rates in GFLOP/s (a multiply-add is two)
 * or GB/s. Throws if there is no C compiler.
 */
export function roofline(windows = 200) {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-roofline-'));
  try {
    const source = fileURLToPath(new URL('roofline.c', import.meta.url));
    const program = join(folder, 'roofline');
    execFileSync(process.env.CC ?? 'cc', ['-std=c11', '-O2', '-ffp-contract=off', source, '-o', program], {
      stdio: 'pipe',
    });
    return JSON.parse(execFileSync(program, [String(windows)], { encoding: 'utf8' })).results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The limit of the compressed kernels at the widest vectors this machine has, in GFLOP/s. */
export function compressedLimit(results) {
  const limits = results.filter(({ name }) => name === 'compressed inner loop');
  return limits.reduce((widest, limit) => (limit.bits > widest.bits ? limit : widest));
}

#!/usr/bin/env node
// Judges kernels that Node cannot load on this machine by the shared cases: `node kernels/harness/run.mjs`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCaseFile } from './cases.mjs';
import { runTarget, targets, whyNot } from './targets.mjs';

const folder = mkdtempSync(join(tmpdir(), 'winnow-cases-'));
try {
  const caseFile = join(folder, 'cases');
  await writeCaseFile(caseFile);
  let skipped = 0;
  for (const target of targets) {
    const reason = whyNot(target);
    if (reason !== null) {
      console.log(`${target.name}: skipped, since ${reason}`);
      skipped++;
      continue;
    }
    try {
      console.log(`${target.name}: ${await runTarget(target, caseFile)}`);
    } catch (error) {
      console.error(`${target.name}: ${error.message}`);
      process.exitCode = 1;
    }
  }
  if (skipped > 0) console.log(`${skipped} of ${targets.length} targets skipped`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

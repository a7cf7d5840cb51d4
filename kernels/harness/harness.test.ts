import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCaseFile } from './cases.mjs';
import { runTarget, targets, whyNot } from './targets.mjs';

const folder = mkdtempSync(join(tmpdir(), 'winnow-cases-'));
const caseFile = join(folder, 'cases');
let count = 0;

beforeAll(async () => {
  count = await writeCaseFile(caseFile);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('kernels outside Node', () => {
  for (const target of targets) {
    const reason = whyNot(target);
    const name = `give the reference bits: ${target.name}${reason === null ? '' : ` (skipped, since ${reason})`}`;
    it.skipIf(reason !== null)(
      name,
      async () => {
        expect(await runTarget(target, caseFile)).toBe(`${count} of ${count} cases as the reference`);
      },
      300_000,
    );
  }
});

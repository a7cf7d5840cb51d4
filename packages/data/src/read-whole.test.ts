import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readWhole } from './read-whole.js';

it('reads a whole file, an empty one too, and passes the system’s error on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-whole-'));
  const path = join(folder, 'bytes');
  for (const size of [0, 1, 3_000_001]) {
    await writeFile(
      path,
      Uint8Array.from({ length: size }, (_, i) => i % 251),
    );
    expect(Buffer.compare(await readWhole(path), await readFile(path))).toBe(0);
  }
  await expect(readWhole(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readWhole(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  await rm(folder, { recursive: true });
});

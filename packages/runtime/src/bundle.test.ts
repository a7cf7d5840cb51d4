import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('all of the loader takes less than 12 KB, minified and gzipped', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { loadTicket } from './index.ts';",
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['source'],
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  expect(bytes).toBeLessThan(12_000);
  expect(bytes).toBeGreaterThan(2000);
});

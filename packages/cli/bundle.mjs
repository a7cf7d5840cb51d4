/**
 * Writes `dist/bundle/`: the commands, each with all that it uses in a file or two, and the workers. Reading hundreds of small
 * modules took half of the time to the first training step, and most of that of a short command (docs/decisions/0025-start.md). Run by
 * `npm run build`, after the compiler.
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const BUNDLE = path('dist/bundle');
const PACKAGES = ['arithmetic', 'data', 'engine', 'tickets', 'runtime', 'formats', 'lab', 'cli'];

/** What is bundled, by the name of its file. Each apart: what one does not use must not slow its start. */
const entries = {
  ...Object.fromEntries(
    readdirSync(path('src/commands'))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => file.slice(0, -3))
      .map((name) => [name, path(`dist/commands/${name}.js`)]),
  ),
  worker: path('../lab/dist/scheduler/worker.js'),
  'supermask-worker': path('../lab/dist/supermask/worker.js'),
};

/** Zod comes along, since its hundred modules are read by all. Others stay packages, most of them loaded when they are needed. */
const external = {
  name: 'external',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || /^(@winnow\/|zod$)/.test(name) ? undefined : { path: name, external: true },
    );
  },
};

rmSync(BUNDLE, { recursive: true, force: true });
mkdirSync(BUNDLE, { recursive: true });
await Promise.all(
  Object.entries(entries).map(([name, entry]) =>
    build({
      entryPoints: { [name]: entry },
      outdir: BUNDLE,
      chunkNames: `${name}-[hash]`,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      legalComments: 'none',
      plugins: [external],
      logLevel: 'warning',
    }),
  ),
);

// The compiler touches these whenever it writes a package anew; `src/bundled.ts` compares them.
const stamp = PACKAGES.map((name) => {
  const file = path(`../${name}/tsconfig.tsbuildinfo`);
  return [relative(BUNDLE, file), statSync(file).mtimeMs];
});
writeFileSync(`${BUNDLE}/stamp.json`, `${JSON.stringify(stamp)}\n`);

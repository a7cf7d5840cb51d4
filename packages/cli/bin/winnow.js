#!/usr/bin/env node
// The compiled command. This file is kept as it is, so that npm can link it before anything is compiled.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = new URL('../dist/main.js', import.meta.url);
if (existsSync(fileURLToPath(compiled))) {
  const { main } = await import(compiled.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error('winnow: it is not built yet: run `npm run build` in the workspace first.');
  process.exitCode = 2;
}

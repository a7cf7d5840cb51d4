#!/usr/bin/env node
// Builds the kernels: kernels/build/winnow.wasm and, where there is a C compiler, kernels/build/winnow.node.
// Only what has changed is built again. `--only wasm` or `--only native` builds one of them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateHeader } from './toolchain/generate.mjs';
import { buildNative } from './toolchain/native.mjs';
import { buildFolder } from './toolchain/paths.mjs';
import { writeWhole } from './toolchain/stamp.mjs';
import { buildWasm } from './toolchain/wasm.mjs';

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
if (only !== undefined && only !== 'wasm' && only !== 'native') {
  console.error(`kernels: --only takes wasm or native, not ${only}.`);
  process.exit(2);
}

mkdirSync(buildFolder, { recursive: true });
const header = await generateHeader();
writeWhole(join(buildFolder, 'generated.h'), header);

if (only !== 'wasm') {
  const reason = await buildNative(header, buildFolder);
  if (reason !== null) console.warn(`kernels: ${reason}`);
}
if (only !== 'native') {
  try {
    await buildWasm(header, buildFolder);
  } catch (error) {
    console.error(`kernels: ${error.message}`);
    process.exit(1);
  }
}

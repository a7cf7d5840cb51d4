#!/usr/bin/env node
// Checks the rules of the house that a linter does not know: `node scripts/check-architecture.mjs [folder]`.
import { resolve } from 'node:path';
import { checkArchitecture } from './architecture/check.mjs';
import { readWorkspace } from './architecture/workspace.mjs';

const root = resolve(process.argv[2] ?? new URL('..', import.meta.url).pathname);
const workspace = readWorkspace(root);
const findings = checkArchitecture(workspace);
for (const { path, line, message } of findings)
  console.error(line ? `${path}:${line}  ${message}` : `${path}  ${message}`);
if (findings.length > 0) {
  console.error(`\nArchitecture: ${findings.length} finding${findings.length === 1 ? '' : 's'}.`);
  process.exitCode = 1;
} else {
  console.log(`Architecture: ${workspace.files.length} files keep the rules.`);
}

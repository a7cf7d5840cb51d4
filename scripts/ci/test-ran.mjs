#!/usr/bin/env node
// Checks in a vitest JSON report that a test whose name has these words ran and passed: `test-ran.mjs report.json 'neon, emulated'`.
import { readFileSync } from 'node:fs';

const [report, words] = process.argv.slice(2);
const tests = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((file) => file.assertionResults);
const found = tests.filter(({ fullName }) => fullName.includes(words));
for (const { fullName, status } of found) console.log(`${status}: ${fullName}`);
if (found.length === 0) console.log(`no test is called "${words}"`);
process.exitCode = found.length > 0 && found.every(({ status }) => status === 'passed') ? 0 : 1;

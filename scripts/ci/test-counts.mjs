#!/usr/bin/env node
// Prints "passed failed" of a vitest JSON report: `test-counts.mjs report.json`.
import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
// A file that cannot even be loaded fails as a suite, without a test.
const failed = numFailedTests === 0 ? Math.min(1, numFailedTestSuites) : numFailedTests;
if (numTotalTests === 0) throw new Error('no test was run');
console.log(`${numPassedTests} ${failed}`);

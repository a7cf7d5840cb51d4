#!/usr/bin/env node
/**
 * Writes a page in docs/results from a run of the bench: node bench/run.mjs --json > run.json; node bench/write-results.mjs run.json. Of the whole
 * bench that is speed.md, of its convolutions alone speed-convolutions.md. Every figure on the page comes from that file. Of several files, later
 * ones add their tables and replace those that are there already.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { joined, pageOf, resultsPage } from './results-page.mjs';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('write-results: name the file that node bench/run.mjs --json wrote.');
  process.exit(2);
}
const run = joined(files.map((file) => JSON.parse(readFileSync(file, 'utf8'))));
writeFileSync(new URL(`../docs/results/${pageOf(run)}.md`, import.meta.url), resultsPage(run));

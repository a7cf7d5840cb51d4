#!/usr/bin/env node
/**
 * Writes docs/results/speed.md from one run of the bench: node bench/run.mjs --json > run.json; node bench/write-results.mjs run.json.
 * Every figure on the page comes from that file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resultsPage } from './results-page.mjs';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('write-results: name the file that node bench/run.mjs --json wrote.');
  process.exit(2);
}
const page = new URL('../docs/results/speed.md', import.meta.url);
writeFileSync(page, resultsPage(JSON.parse(readFileSync(file, 'utf8'))));

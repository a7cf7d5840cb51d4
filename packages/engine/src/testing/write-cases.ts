// Writes the shared cases for a harness outside of JavaScript: `node dist/testing/write-cases.js FILE`.
import { writeFileSync } from 'node:fs';
import { reference } from '../backends/reference.js';
import { kernelCases } from '../kernels.cases.js';
import { dumpCases } from './dump-cases.js';
import { runCase } from './run-case.js';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name the file to write');
writeFileSync(file, dumpCases(kernelCases.map((c) => ({ c, expected: runCase(reference, c) }))));
console.log(`${kernelCases.length} cases written to ${file}`);

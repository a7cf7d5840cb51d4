import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../backend.js';
import { findNative } from '../native.js';
import { reference } from '../reference.js';
import { findWasm } from '../wasm.js';
import { firstDifference, runCase } from './kernel-case.js';
import { caseKinds, randomCase } from './random-cases.js';

const found = [findNative(), await findWasm()];
const backends: readonly Backend[] = found.flatMap((f) => (f.kind === 'found' ? f.backends : []));

const nameOf = ({ name, isa }: Backend): string => (isa === null ? name : `${name} ${isa}`);

describe.each(backends.map((backend) => [nameOf(backend), backend] as const))('%s', (_, backend) => {
  it.each(caseKinds)('gives the reference bits for random %s', (kind) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        const kernelCase = randomCase(kind, seed);
        const difference = firstDifference(runCase(reference, kernelCase), runCase(backend, kernelCase));
        expect(difference, kernelCase.name).toBeNull();
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});

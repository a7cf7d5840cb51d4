import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dividedCase } from '../../testing/divided-case.js';
import { differences, runCase } from '../../testing/run-case.js';
import { availableBackends } from '../load.js';
import { reference } from '../reference.js';
import { caseKinds, randomCase } from './random-cases.js';

const others = (await availableBackends()).filter((backend) => backend !== reference);

describe('a random run of one instruction', () => {
  it.each(caseKinds)('gives the reference bits on every backend: %s', (kind) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        const c = randomCase(kind, seed);
        const expected = runCase(reference, c);
        const divided = dividedCase(c, 2 + (seed % 3), seed);
        const expectedDivided = runCase(reference, divided);
        for (const backend of others) {
          const result = runCase(backend, c);
          const name = `${c.name} on ${backend.name} ${backend.isa}`;
          expect(result.fault, name).toEqual(expected.fault);
          expect(differences(c, expected, result), name).toEqual([]);
          const shared = runCase(backend, divided, 2);
          expect(shared.fault, divided.name).toEqual(expected.fault);
          expect(differences(divided, expectedDivided, shared), divided.name).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

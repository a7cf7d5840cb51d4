import { describe, expect, it } from 'vitest';
import { availableBackends } from './backends/load.js';
import { reference } from './backends/reference.js';
import { dividedCases, kernelCases } from './kernels.cases.js';
import type { KernelCase } from './testing/kernel-case.js';
import { type CaseResult, differences, runCase } from './testing/run-case.js';

const expected = new Map<KernelCase, CaseResult>();

/** What the reference makes of a case, once for all backends. */
function judged(c: KernelCase): CaseResult {
  const known = expected.get(c) ?? runCase(reference, c);
  expected.set(c, known);
  return known;
}

const backends = (await availableBackends()).filter((backend) => backend !== reference);

describe('the shared cases', () => {
  it('have names of their own', () => {
    const names = kernelCases.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
  });

  it('are judged by more than the reference', () => {
    expect(backends.map(({ name }) => name)).toContain('wasm');
  });
});

describe.each(backends.map((backend) => ({ name: `${backend.name} ${backend.isa ?? ''}`, backend })))(
  'the $name backend gives the reference bits',
  ({ backend }) => {
    it.each(kernelCases)('$name', (c) => {
      const judge = judged(c);
      const result = runCase(backend, c);
      expect(result.fault).toEqual(judge.fault);
      expect(differences(c, judge, result)).toEqual([]);
    });
  },
);

/** Instruction sets with threads. */
const native = backends.filter(({ name }) => name === 'native');

describe
  .skipIf(native.length === 0)
  .each(
    native.flatMap((backend) =>
      [2, 3].map((threads) => ({ name: `${threads} threads, ${backend.isa}`, backend, threads })),
    ),
  )('$name: the reference bits', ({ backend, threads }) => {
  it.each(dividedCases)('$name', (c) => {
    const judge = judged(c);
    const result = runCase(backend, c, threads);
    expect(result.fault).toEqual(judge.fault);
    expect(differences(c, judge, result)).toEqual([]);
  });
});

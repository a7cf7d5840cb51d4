import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadKernels } from './kernels.js';
import { stagesOf } from './predict/stages.js';
import type { TicketNetwork } from './ticket/ticket.js';

const bytes = new Uint8Array(
  await readFile(fileURLToPath(new URL('../../../kernels/build/predict.wasm', import.meta.url))),
);
const bits = (values: Float32Array): number[] => [...new Uint32Array(values.slice().buffer)];

afterEach(() => vi.unstubAllGlobals());

/** A network of one dense layer. */
const one = (inputs: number, outputs: number): TicketNetwork => ({
  name: 'one',
  inputs,
  classes: outputs,
  layers: [{ kind: 'dense', name: 'dense', inputs, outputs }],
});

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -4, max: 4 });
const value = fc.oneof({ weight: 1, arbitrary: fc.constantFrom(0, -0) }, { weight: 2, arbitrary: float });
const drawn = fc
  .record({ inputs: fc.integer({ min: 1, max: 21 }), outputs: fc.integer({ min: 1, max: 70 }), isWhole: fc.boolean() })
  .chain(({ inputs, outputs, isWhole }) =>
    fc.record({
      inputs: fc.constant(inputs),
      outputs: fc.constant(outputs),
      weights: fc.array(isWhole ? float.map((x) => x || 1) : value, {
        minLength: inputs * outputs,
        maxLength: inputs * outputs,
      }),
      biases: fc.array(value, { minLength: outputs, maxLength: outputs }),
      examples: fc.array(fc.array(value, { minLength: inputs, maxLength: inputs }), { minLength: 1, maxLength: 3 }),
    }),
  );

describe('the WebAssembly kernels', () => {
  it('give the bits of plain TypeScript, whole layers and sparse ones, call after call', async () => {
    const kernel = await loadKernels(bytes);
    expect(kernel).toBeDefined();
    fc.assert(
      fc.property(drawn, ({ inputs, outputs, weights, biases, examples }) => {
        const tensors = [{ weights: Float32Array.from(weights), biases: Float32Array.from(biases) }];
        const [plain] = stagesOf(one(inputs, outputs), tensors);
        const [fast] = stagesOf(one(inputs, outputs), tensors, kernel);
        for (const example of examples) {
          const x = Float32Array.from(example);
          expect(bits(fast(x))).toEqual(bits(plain(x)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leave layers to plain TypeScript that they are not made for', async () => {
    const [inputs, outputs] = [1, 65_537];
    const tensors = [{ weights: new Float32Array(outputs).fill(0.5), biases: new Float32Array(outputs).fill(1) }];
    const kernel = await loadKernels(bytes);
    expect(kernel?.({ kind: 'dense', name: 'dense', inputs, outputs }, tensors[0])).toBeUndefined();
    const [stage] = stagesOf(one(inputs, outputs), tensors, kernel);
    expect(stage(Float32Array.of(2))[outputs - 1]).toBe(2);
  });

  it('are not there where there is no WebAssembly, or none with vectors', async () => {
    vi.stubGlobal('WebAssembly', { validate: () => false });
    expect(await loadKernels(bytes)).toBeUndefined();
    vi.stubGlobal('WebAssembly', undefined);
    expect(await loadKernels(bytes)).toBeUndefined();
  });
});

import { columnsOf } from './predict/columns.js';
import { fetched } from './predict/fetched.js';
import type { DenseKernel } from './predict/stage.js';

const PAGE_BYTES = 65_536;
const LINE_BYTES = 64;
/** Rows of survivors are 16 bits wide in the kernels. */
const MOST_OUTPUTS = 65_536;

/** What kernels/src/predict.c exports. Operands: the base, inputs, outputs, then regions in words from the base. */
interface Exports {
  readonly __heap_base: { readonly value: number };
  dense(...operands: readonly number[]): void;
  compressed(...operands: readonly number[]): void;
}

/**
 * The WebAssembly kernels for dense layers (predict.wasm, two kilobytes when gzipped), for `loadTicket` and `predictorOf`: faster than plain
 * TypeScript, with the same bits.
 *
 *     const net = await loadTicket('digits.ticket', usualLimits, await loadKernels('predict.wasm'));
 *
 * @param source the module's address, or its bytes
 * @returns undefined where there is no WebAssembly, or none with vectors: then plain TypeScript computes
 * @throws UserError if it cannot be fetched
 */
export async function loadKernels(source: string | URL | Uint8Array | ArrayBuffer): Promise<DenseKernel | undefined> {
  const isAddress = typeof source === 'string' || source instanceof URL;
  const bytes = isAddress ? await fetched(source) : new Uint8Array(source as ArrayBuffer);
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return undefined;
  const module = await WebAssembly.compile(bytes);
  return (layer, { weights, biases }) => {
    if (layer.outputs > MOST_OUTPUTS) return undefined;
    const { starts, rows, values } = columnsOf(layer, weights);
    const isWhole = values.length === weights.length;
    const { inputs, outputs } = layer;
    // A whole matrix by columns needs no places.
    const places = isWhole ? [] : [new Uint8Array(Uint16Array.from(rows).buffer), bytesOf(starts)];
    const { exports, base, regions, memory } = opened(module, [
      new Uint8Array(4 * inputs),
      new Uint8Array(4 * outputs),
      bytesOf(biases),
      new Uint8Array(4 * inputs),
      bytesOf(values),
      ...places,
    ]);
    const run = isWhole ? exports.dense : exports.compressed;
    const operands = [base, inputs, outputs, ...regions.map((at) => (at - base) / 4)];
    const x = new Float32Array(memory.buffer, regions[0], inputs);
    const y = new Float32Array(memory.buffer, regions[1], outputs);
    return (given) => {
      x.set(given);
      run(...operands);
      return y;
    };
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** An instance with a memory of its own that holds these regions, each on a line of its own behind the module's stack. */
function opened(module: WebAssembly.Module, contents: readonly Uint8Array[]) {
  const sizes = contents.map(({ length }) => Math.ceil(length / LINE_BYTES) * LINE_BYTES);
  const most = sizes.reduce((sum, size) => sum + size, STACK_AND_CONSTANTS_BYTES);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(most / PAGE_BYTES) });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const base = Math.ceil(exports.__heap_base.value / LINE_BYTES) * LINE_BYTES;
  const bytes = new Uint8Array(memory.buffer);
  let next = base;
  const regions = contents.map((content, i) => {
    const at = next;
    bytes.set(content, at);
    next += sizes[i];
    return at;
  });
  return { exports, base, regions, memory };
}

/** More than the module's own stack and constants take. */
const STACK_AND_CONSTANTS_BYTES = 2 * PAGE_BYTES;

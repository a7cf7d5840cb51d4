import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Arena, Backend } from './backend.js';
import { builtFile, type Found, missing, STALE } from './built-kernels.js';
import { tableDigest } from './table-digest.js';

const PAGE_BYTES = 65_536;
const LINE_BYTES = 64;
/** Addresses have 32 bits. */
const MOST_PAGES = 65_536;

/** What the module made of kernels/src/run.c exports. */
interface Exports {
  readonly __heap_base: { readonly value: number };
  winnow_table_digest(): number;
  winnow_run_wasm(arena: number, data: number, program: number, steps: number, fault: number, team: number): number;
}

/** The WebAssembly backend. */
export async function findWasm(path: string = builtFile('winnow.wasm')): Promise<Found> {
  if (!existsSync(path)) return missing('The WebAssembly backend is not built: run `npm run build`.');
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(await readFile(path));
  } catch (error) {
    return missing(`The WebAssembly backend cannot be loaded (${error instanceof Error ? error.message : error}).`);
  }
  const probe = instantiate(module, new WebAssembly.Memory({ initial: pagesFor(STACK_AND_CONSTANTS_BYTES) }));
  if (probe.winnow_table_digest() !== tableDigest()) return missing(`The WebAssembly backend ${STALE}.`);
  return { kind: 'found', backends: [wasmBackend(module, probe.__heap_base.value)] };
}

/** More than the module's own stack and constants take; what it really needs is its `__heap_base`. */
const STACK_AND_CONSTANTS_BYTES = 2 * PAGE_BYTES;

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
}

function wasmBackend(module: WebAssembly.Module, heapBase: number): Backend {
  return { name: 'wasm', isa: null, open: (words, data) => openArena(module, heapBase, words, data) };
}

/** Memory: the module's stack and constants, the fault's two words, the arena, a copy of the data. */
function openArena(module: WebAssembly.Module, heapBase: number, words: number, data: Uint8Array): Arena {
  const fault = alignedUp(heapBase);
  const arena = fault + LINE_BYTES;
  const copy = alignedUp(arena + 4 * words);
  const pages = pagesFor(copy + data.length);
  if (pages > MOST_PAGES) {
    throw new RangeError(
      `a plan of ${4 * words} bytes and data of ${data.length} bytes do not fit into WebAssembly's 4 GB`,
    );
  }
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Uint8Array(memory.buffer).set(data, copy);
  const { winnow_run_wasm: run } = instantiate(module, memory);
  const faultWords = new Int32Array(memory.buffer, fault, 2);
  return {
    floats: new Float32Array(memory.buffer, arena, words),
    words: new Int32Array(memory.buffer, arena, words),
    run: (program, steps) =>
      run(arena, copy, program, steps, fault, 0) === 0 ? null : { step: faultWords[0], layer: faultWords[1] },
    // The memory goes when nothing refers to it any more.
    close: () => {},
  };
}

const alignedUp = (bytes: number): number => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
const pagesFor = (bytes: number): number => Math.ceil(bytes / PAGE_BYTES);

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Arena, Backend, InstructionSet } from './backend.js';
import { builtFile, type Found, missing, STALE } from './built-kernels.js';
import { tableDigest } from './table-digest.js';

/** What kernels/src/addon.c exports. */
interface Addon {
  readonly tableDigest: number;
  readonly instructionSets: readonly InstructionSet[];
  open(
    isa: InstructionSet,
    bytes: number,
    data: Uint8Array,
    threads: number,
  ): { readonly handle: Handle; readonly buffer: ArrayBuffer };
  run(handle: Handle, program: number, steps: number, fault: Int32Array): boolean;
  close(handle: Handle, buffer: ArrayBuffer): void;
}

type Handle = object;

/** The native backend, once for each instruction set of this machine, best first. */
export function findNative(path: string = builtFile('winnow.node')): Found {
  if (!existsSync(path))
    return missing('The native backend is not built: run `npm run build` where there is a C compiler.');
  let addon: Addon;
  try {
    addon = createRequire(import.meta.url)(path);
  } catch (error) {
    return missing(`The native backend cannot be loaded (${error instanceof Error ? error.message : error}).`);
  }
  if (addon.tableDigest !== tableDigest()) return missing(`The native backend ${STALE}.`);
  return { kind: 'found', backends: addon.instructionSets.map((isa) => nativeBackend(addon, isa)) };
}

function nativeBackend(addon: Addon, isa: InstructionSet): Backend {
  return { name: 'native', isa, open: (words, data, threads = 1) => openArena(addon, isa, words, data, threads) };
}

function openArena(addon: Addon, isa: InstructionSet, words: number, data: Uint8Array, threads: number): Arena {
  const { handle, buffer } = addon.open(isa, 4 * words, data, threads);
  const fault = new Int32Array(2);
  return {
    floats: new Float32Array(buffer),
    words: new Int32Array(buffer),
    run: (program, steps) => (addon.run(handle, program, steps, fault) ? null : { step: fault[0], layer: fault[1] }),
    close: () => addon.close(handle, buffer),
  };
}

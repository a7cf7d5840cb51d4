/** Instruction sets of the native backend. */
export type InstructionSet = 'avx512' | 'avx2' | 'baseline' | 'neon';

export type BackendName = 'reference' | 'wasm' | 'native';

/** Why a call stopped early: the step (counted within the call) and the layer whose value was not finite; layer −1 is the loss. */
export interface Fault {
  readonly step: number;
  readonly layer: number;
}

/** Memory for one plan. Offsets in words as in instructions. */
export interface Arena {
  readonly floats: Float32Array;
  readonly words: Int32Array;
  /** Runs the program at word offset `program` for `steps` steps. Allocates nothing. */
  run(program: number, steps: number): Fault | null;
  /** Frees the memory; the views must not be used afterwards. */
  close(): void;
}

/** One implementation of the instructions. All give the same bits (docs/arithmetic.md). */
export interface Backend {
  readonly name: BackendName;
  /** null outside native. */
  readonly isa: InstructionSet | null;
  /**
   * Zeroed memory of `words` 32-bit words, aligned to 64 bytes, whose programs read `data` (64-byte aligned lines).
   * Native code reads `data` in place (it may be shared between threads); WebAssembly copies it once.
   * `threads` (1 by default) share what programs divide; the caller is one of them. Only native code has more than one.
   */
  open(words: number, data: Uint8Array, threads?: number): Arena;
}

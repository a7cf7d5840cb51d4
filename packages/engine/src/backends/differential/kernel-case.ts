import type { Backend, Fault } from '../backend.js';

/** One run of a program: an arena as it is before, and the data. Harnesses outside Node get it as a file. */
export interface KernelCase {
  readonly name: string;
  /** The arena's words before the run. */
  readonly arena: Int32Array;
  readonly data: Uint8Array;
  /** Word offset of the program. */
  readonly program: number;
  readonly steps: number;
  /** Regions whose words after the run are nobody's business: working memory. */
  readonly ignored: readonly { readonly offset: number; readonly words: number }[];
}

export interface Outcome {
  readonly fault: Fault | null;
  /** The arena's words after the run; ignored ones are 0, and every NaN is the same one. */
  readonly arena: Int32Array;
}

/** Runs a case on a backend. */
export function runCase(backend: Backend, kernelCase: KernelCase): Outcome {
  const arena = backend.open(kernelCase.arena.length, kernelCase.data);
  arena.words.set(kernelCase.arena);
  const fault = arena.run(kernelCase.program, kernelCase.steps);
  const words = arena.words.slice();
  arena.close();
  return { fault, arena: comparable(words, kernelCase) };
}

const NAN = 0x7fc00000;

function comparable(words: Int32Array, { ignored }: KernelCase): Int32Array {
  for (const { offset, words: count } of ignored) words.fill(0, offset, offset + count);
  for (let i = 0; i < words.length; i++) {
    if ((words[i] & 0x7fffffff) > 0x7f800000) words[i] = NAN;
  }
  return words;
}

/** The first word in which two outcomes differ, for a message a person can use; null if they are equal. */
export function firstDifference(a: Outcome, b: Outcome): string | null {
  if (JSON.stringify(a.fault) !== JSON.stringify(b.fault)) {
    return `faults ${JSON.stringify(a.fault)} and ${JSON.stringify(b.fault)}`;
  }
  const at = a.arena.findIndex((word, i) => word !== b.arena[i]);
  if (at < 0) return null;
  const hex = (word: number) => `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
  return `word ${at}: ${hex(a.arena[at])} and ${hex(b.arena[at])}`;
}

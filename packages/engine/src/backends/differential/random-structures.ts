import type { Structure } from '../../plan/compress.js';
import { CONSTANTS_ROW, optimizerCodes, SCRATCH_WORDS } from '../../plan/instructions.js';
import { wholeLines } from '../../plan/layout.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { RandomSource } from './random-source.js';
import { floats } from './random-values.js';

/** The operands of a compressed form. */
export function structureOperands(arena: ArenaBuilder, structure: Structure) {
  return {
    chunkCount: structure.chunkCount,
    chunks: arena.words('chunks', structure.chunks),
    segments: arena.words('segments', structure.segments),
    indices: arena.shorts('indices', structure.indices),
  };
}

/** Working memory of an instruction that may be divided, as operands. */
export interface Scratch {
  readonly scratch: number;
  readonly scratchWords: number;
}

export function spaceOf(arena: ArenaBuilder, words: number): Scratch {
  return { scratch: arena.space('scratch', words), scratchWords: wholeLines(words) };
}

/** The operands of an update: an optimizer, its state, its constants, and scratch if it needs the common one. */
export function updated(
  arena: ArenaBuilder,
  random: RandomSource,
  steps: number,
  count: number,
  scratch: 'common' | 'unused' = 'common',
) {
  const optimizer = random.pick(Object.values(optimizerCodes));
  const second = floats(random, count).map(Math.abs);
  return {
    optimizer,
    values: arena.floats('values', floats(random, count)),
    first: optimizer === optimizerCodes.sgd ? 0 : arena.floats('first', floats(random, count)),
    second: optimizer === optimizerCodes.adam ? arena.floats('second', second) : 0,
    constants: arena.floats('constants', constants(random, steps)),
    scratch: scratch === 'common' ? arena.space('scratch', SCRATCH_WORDS) : 0,
    layer: random.integer(0, 5),
  };
}

function constants(random: RandomSource, steps: number): Float32Array {
  const table = new Float32Array(steps * CONSTANTS_ROW);
  const decay = random.chance(0.5) ? 1e-4 : 0;
  for (let step = 0; step < steps; step++) {
    table.set(
      [0.01 * random.uniform(), decay, 0.9, 0.1, 0.999, 0.001, 1 + random.uniform(), 1e-8],
      step * CONSTANTS_ROW,
    );
    table.set([0.1, 0.9], step * CONSTANTS_ROW + 9);
  }
  return table;
}

import type { Instruction } from '../../plan/instructions.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { RandomSource } from './random-source.js';

/** An instruction over regions of the arena, and the data it reads, if any. */
export interface Made {
  readonly instruction: Instruction;
  readonly data?: Uint8Array;
}

export type Maker = (arena: ArenaBuilder, random: RandomSource, steps: number) => Made;

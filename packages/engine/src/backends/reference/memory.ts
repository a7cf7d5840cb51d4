import { LANES } from '../../contract.js';
import type { Instruction, InstructionName } from '../../plan/instructions.js';

/** What an instruction works on: the arena under four views, and the data. */
export interface Memory {
  readonly floats: Float32Array;
  readonly words: Int32Array;
  readonly shorts: Uint16Array;
  readonly bytes: Uint8Array;
  readonly data: Uint8Array;
}

/** The operands of one instruction, by name. */
export type Operands<Name extends InstructionName> = Extract<Instruction, { op: Name }>;

/** Word of lane `lane` (of the whole batch) of a feature in an activation (blocks, features, 64) at `offset`. */
export function laneOf(offset: number, features: number, feature: number, lane: number): number {
  const block = (lane / LANES) | 0;
  return offset + (block * features + feature) * LANES + (lane % LANES);
}

/** For each lane of a batch, its word within an activation (blocks, features, 64), at feature 0; features are 64 words apart. */
export function laneOffsets(features: number, blocks: number): Int32Array {
  return Int32Array.from({ length: blocks * LANES }, (_, lane) => laneOf(0, features, 0, lane));
}

/** Lines of the data are 64 bytes. */
export const LINE = 64;

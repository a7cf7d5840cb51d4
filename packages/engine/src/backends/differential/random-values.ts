import { float32OfBits } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { RandomSource } from './random-source.js';

/** Mostly small; often 1, a whole vector, one more or one less. */
export function size(random: RandomSource, largest: number): number {
  return random.chance(0.5) ? random.integer(1, largest) : random.pick([1, 2, 4, 7, 8, 9, 15, 16, 17, 32, 33]);
}

/** Values of many magnitudes, with zeros and with products that flushing concerns. Never −0 (docs/arithmetic.md). */
export function floats(random: RandomSource, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    if (random.chance(0.1)) return 0;
    const magnitude = random.chance(0.05) ? powerOfTwo(random.pick([-40, -60, -100])) : 1;
    return (random.uniform() - 0.5) * magnitude;
  });
}

/** 2 to an exponent from −126 to 127, exactly. */
const powerOfTwo = (exponent: number): number => float32OfBits((exponent + 127) << 23);

/** Logits with ties, and with some so small that their probability is flushed. */
export function logitValues(random: RandomSource, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    if (random.chance(0.2)) return 1;
    return random.chance(0.1) ? -60 * random.uniform() : 10 * random.uniform() - 5;
  });
}

export function batchSizes(random: RandomSource, steps: number, batch: number): Int32Array {
  return Int32Array.from({ length: steps }, () => (random.chance(0.5) ? batch : random.integer(1, batch)));
}

export function shuffled(random: RandomSource, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export function labels(random: RandomSource, count: number, classes: number): readonly number[] {
  return Array.from({ length: count }, () => random.integer(0, classes - 1));
}

export const blocksOf = (batch: number): number => Math.ceil(batch / LANES);

/** The list of the features that x is to hold, or 0 for all, and how many these are. */
export function neededOf(arena: ArenaBuilder, random: RandomSource, features: number) {
  if (random.chance(0.3)) return { needed: 0, held: features };
  const share = random.pick([0, 0.1, 0.5, 0.9, 1]);
  const list = Array.from({ length: features }, (_, feature) => feature).filter(() => random.chance(share));
  return { needed: arena.words('needed', [list.length, ...list]), held: list.length };
}

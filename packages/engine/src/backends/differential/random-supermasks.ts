import { CONSTANTS_ROW, maskKinds, optimizerCodes, SCRATCH_WORDS } from '../../plan/instructions.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { Maker } from './maker.js';
import type { RandomSource } from './random-source.js';
import { floats, size } from './random-values.js';

/** Instructions that draw masks from scores, and train the scores. */
export const supermaskMakers = {
  sampleMask: (arena, random, steps) => {
    const word = (): number => random.integer(0, 0xffff_ffff) | 0;
    const operands = masked(arena, random);
    return {
      instruction: {
        op: 'sampleMask',
        ...operands,
        key0: word(),
        key1: word(),
        counter1: word(),
        counter2: word(),
        counters: arena.words('counters', Array.from({ length: steps }, word)),
        probabilities: arena.space('probabilities', operands.count),
      },
    };
  },

  topMask: (arena, random) => {
    const operands = masked(arena, random);
    const keep = random.pick([0, 1, operands.count, random.integer(0, operands.count)]);
    return { instruction: { op: 'topMask', ...operands, keep, scratch: arena.space('scratch', SCRATCH_WORDS) } };
  },

  scoreUpdate: (arena, random, steps) => {
    const operands = masked(arena, random, 'used');
    const { count } = operands;
    const optimizer = random.pick([optimizerCodes.sgd, optimizerCodes.momentum, optimizerCodes.adam]);
    const constants = scoreConstants(random, steps);
    const kind = random.pick(Object.values(maskKinds));
    const probabilities = Float32Array.from({ length: count }, () => random.pick([0, 1, random.uniform()]));
    return {
      instruction: {
        op: 'scoreUpdate',
        ...operands,
        kind,
        gradient: arena.floats('gradient', floats(random, count)),
        optimizer,
        first: optimizer === optimizerCodes.sgd ? 0 : arena.floats('first', floats(random, count)),
        second: optimizer === optimizerCodes.adam ? arena.floats('second', floats(random, count).map(Math.abs)) : 0,
        constants: arena.floats('constants', constants),
        probabilities: kind === maskKinds.sampled ? arena.floats('probabilities', probabilities) : 0,
        layer: random.integer(0, 5),
      },
    };
  },
} satisfies Readonly<Record<string, Maker>>;

/** Scores with ties, some certain and some impossible; values; the weights that a mask left, and its ones. */
function masked(arena: ArenaBuilder, random: RandomSource, weights: 'made' | 'used' = 'made') {
  const count = random.chance(0.2) ? random.integer(500, 1600) : size(random, 300);
  const scale = random.pick([1, 8, 200]);
  const scores = floats(random, count).map((score) => (random.chance(0.2) ? 0.25 : score * scale + 0));
  const density = random.pick([0, 0.1, 0.5, 1]);
  const values = floats(random, count);
  const left = values.map((value) => (random.chance(density) ? value : 0));
  return {
    count,
    scores: arena.floats('scores', scores),
    values: arena.floats('values', values),
    weights: weights === 'made' ? arena.space('weights', count) : arena.floats('weights', left),
    ones: weights === 'made' ? arena.space('ones', 1) : arena.words('ones', [random.integer(0, count)]),
    rescale: random.integer(0, 1),
  };
}

function scoreConstants(random: RandomSource, steps: number): Float32Array {
  const table = new Float32Array(steps * CONSTANTS_ROW);
  for (let step = 0; step < steps; step++) {
    const pressure = random.pick([0, 1e-5, random.uniform()]);
    table.set(
      [random.uniform(), 0, 0.9, 0.1, 0.999, 0.001, 1 + random.uniform(), 1e-8, pressure],
      step * CONSTANTS_ROW,
    );
  }
  return table;
}

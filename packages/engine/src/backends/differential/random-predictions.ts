import { type BitMask, maskFromPredicate } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import { columnForm } from '../../prediction/column-form.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { Maker } from './maker.js';
import type { RandomSource } from './random-source.js';
import { floats, neededOf, size } from './random-values.js';

/** Instructions that only predictions use. */
export const predictionMakers = {
  loadRows: (arena, random, steps) => {
    const { features, count } = rows(random, steps);
    return {
      instruction: {
        op: 'loadRows',
        rows: arena.bytes('rows', pixels(random, count, features)),
        features,
        count: arena.words('count', [count]),
        scale: arena.floats('scale', [1 / 255]),
        ...loaded(arena, random, features),
      },
    };
  },

  loadFloatRows: (arena, random, steps) => {
    const { features, count } = rows(random, steps);
    const lit = random.uniform();
    const values = floats(random, count * features).map((value) => (random.chance(lit) ? value : 0));
    return {
      instruction: {
        op: 'loadFloatRows',
        rows: arena.floats('rows', values),
        features,
        count: arena.words('count', [count]),
        ...loaded(arena, random, features),
      },
    };
  },

  storeRows: (arena, random, steps) => {
    const { features, count } = rows(random, steps);
    return {
      instruction: {
        op: 'storeRows',
        features,
        count: arena.words('count', [count]),
        x: arena.floats('x', floats(random, features * LANES)),
        rows: arena.space('rows', count * features),
      },
    };
  },

  loadExample: (arena, random, steps) => {
    const features = size(random, 100);
    return {
      instruction: {
        op: 'loadExample',
        rows: arena.bytes('rows', pixels(random, steps, features)),
        features,
        scale: arena.floats('scale', [1 / 255]),
        x: arena.space('x', features),
      },
    };
  },

  denseExampleForward: (arena, random, steps) => {
    const { inputs, outputs, ...operands } = example(arena, random, steps);
    const weights = arena.floats('weights', floats(random, inputs * outputs));
    return { instruction: { op: 'denseExampleForward', inputs, outputs, ...operands, weights } };
  },

  compressedExampleForward: (arena, random, steps) => {
    const { inputs, outputs, ...operands } = example(arena, random, steps);
    const form = columnForm({ inputs, outputs }, prunedMask(random, inputs * outputs));
    if (form.kind === 'dense') throw new Error('one weight was pruned');
    return {
      instruction: {
        op: 'compressedExampleForward',
        inputs,
        outputs,
        ...operands,
        starts: arena.words('starts', form.starts),
        rows: arena.shorts('rows', form.rows),
        values: arena.floats('values', floats(random, form.rows.length)),
      },
    };
  },
} satisfies Readonly<Record<string, Maker>>;

/** Rows that fill all steps but the last, which may be short. */
function rows(random: RandomSource, steps: number) {
  return { features: size(random, 100), count: LANES * (steps - 1) + random.integer(1, LANES) };
}

/** Where a block of rows goes: all features or some, lit ones listed or not. */
function loaded(arena: ArenaBuilder, random: RandomSource, features: number) {
  const { needed, held } = neededOf(arena, random, features);
  return {
    needed,
    x: arena.space('x', held * LANES),
    active: random.chance(0.5) ? arena.space('active', 1 + held) : 0,
  };
}

/** Byte rows, some features of which are zero throughout. */
function pixels(random: RandomSource, count: number, features: number): Uint8Array {
  const lit = Array.from({ length: features }, () => random.chance(0.7));
  return Uint8Array.from({ length: count * features }, (_, i) =>
    lit[i % features] && random.chance(0.4) ? random.integer(1, 255) : 0,
  );
}

/** A layer over one example a step, each in its own place or all in the same. */
function example(arena: ArenaBuilder, random: RandomSource, steps: number) {
  const inputs = size(random, 250);
  const outputs = size(random, 150);
  const moves = random.chance(0.5);
  const places = moves ? steps : 1;
  return {
    inputs,
    outputs,
    biases: arena.floats('biases', floats(random, outputs)),
    x: arena.floats('x', floats(random, places * inputs)),
    xStep: moves ? inputs : 0,
    y: arena.space('y', places * outputs),
    yStep: moves ? outputs : 0,
    relu: random.integer(0, 1),
    scratch: arena.space('scratch', inputs),
  };
}

/** A random mask that prunes at least one weight. */
function prunedMask(random: RandomSource, length: number): BitMask {
  const density = random.pick([0, 0.02, 0.1, 0.5, 0.9, 1]);
  const pruned = random.integer(0, length - 1);
  return maskFromPredicate(length, (position) => position !== pruned && random.chance(density));
}

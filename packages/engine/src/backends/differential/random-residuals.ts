import { LANES } from '../../contract.js';
import { LINE_BYTES } from '../../data/laid-out-data.js';
import { normScratch } from '../../plan/convolution-tiles.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { Maker } from './maker.js';
import type { RandomSource } from './random-source.js';
import { spaceOf, updated } from './random-structures.js';
import { batchSizes, blocksOf, floats } from './random-values.js';

/** Random moved pictures, dropouts, average poolings, shortcuts, sums and batch norms. */
export const residualMakers = {
  gatherPictures: (arena, random, steps) => {
    const [channels, height, width] = [random.integer(1, 3), random.integer(1, 12), random.integer(1, 20)];
    const features = channels * height * width;
    const batch = random.integer(1, 130);
    const blocks = blocksOf(batch);
    const examples = random.integer(1, 40);
    const labelLines = Math.ceil(examples / LINE_BYTES);
    const data = Uint8Array.from({ length: labelLines * LINE_BYTES + examples * features }, () =>
      random.integer(0, 255),
    );
    const isWhole = random.chance(0.7);
    const held = Array.from({ length: features }, (_, feature) => feature).filter(() => isWhole || random.chance(0.5));
    return {
      data,
      instruction: {
        op: 'gatherPictures',
        images: labelLines,
        labels: 0,
        features,
        batch,
        blocks,
        indices: arena.words(
          'indices',
          Array.from({ length: steps * batch }, () => random.integer(0, examples - 1)),
        ),
        sizes: arena.words('sizes', batchSizes(random, steps, batch)),
        scale: arena.floats('scale', [1 / 255]),
        needed: isWhole ? 0 : arena.words('needed', [held.length, ...held]),
        x: arena.space('x', blocks * held.length * LANES),
        targets: arena.space('targets', blocks * LANES),
        active: random.chance(0.5) ? arena.space('active', 1 + held.length) : 0,
        height,
        width,
        moves: arena.words(
          'moves',
          Array.from({ length: steps * batch }, () => {
            const shift = () => 128 + random.integer(-5, 5);
            return random.integer(0, 1) + 0x100 * shift() + 0x1_0000 * shift();
          }),
        ),
        scratch: arena.space('scratch', Math.ceil((LANES * features) / 4)),
      },
    };
  },

  dropout: (arena, random, steps) => {
    const count = LANES * random.integer(1, 30);
    return {
      instruction: {
        op: 'dropout',
        count,
        x: arena.floats('x', floats(random, count)),
        gate: gate(arena, random, count),
        y: arena.space('y', count),
        bound: random.pick([1, 0x4000_0000, 0x8000_0000, 0xc000_0000, 0xffff_ffff]) | 0,
        factor: arena.floats('factor', [1 + random.uniform()]),
        stream: arena.words(
          'stream',
          Array.from({ length: 4 }, () => random.integer(0, 1_000_000)),
        ),
        counters: arena.words(
          'counters',
          Array.from({ length: steps }, (_, step) => step + 7),
        ),
      },
    };
  },

  averagePool: (arena, random) => {
    const { common, from, to } = windows(random);
    const x = arena.floats('x', floats(random, from));
    return { instruction: { op: 'averagePool', ...common, x, y: arena.space('y', to) } };
  },

  averagePoolInputGradient: (arena, random) => {
    const { common, from, to } = windows(random);
    return {
      instruction: {
        op: 'averagePoolInputGradient',
        ...common,
        dy: arena.floats('dy', floats(random, to)),
        gate: gate(arena, random, from),
        dx: arena.space('dx', from),
      },
    };
  },

  subsample: (arena, random) => {
    const { common, from, to } = subsampled(random);
    const x = arena.floats('x', floats(random, from));
    return { instruction: { op: 'subsample', ...common, x, y: arena.space('y', to) } };
  },

  subsampleInputGradient: (arena, random) => {
    const { common, from, to } = subsampled(random);
    return {
      instruction: {
        op: 'subsampleInputGradient',
        ...common,
        dy: arena.floats('dy', floats(random, to)),
        gate: gate(arena, random, from),
        dx: arena.space('dx', from),
      },
    };
  },

  add: (arena, random) => {
    const count = LANES * random.integer(1, 20);
    return {
      instruction: {
        op: 'add',
        count,
        a: arena.floats('a', floats(random, count)),
        b: arena.floats('b', floats(random, count)),
        y: arena.space('y', count),
        relu: random.integer(0, 1),
      },
    };
  },

  addGradient: (arena, random) => {
    const count = LANES * random.integer(1, 20);
    return {
      instruction: {
        op: 'addGradient',
        count,
        dy: arena.floats('dy', floats(random, count)),
        gate: gate(arena, random, count),
        dx: arena.floats('dx', floats(random, count)),
      },
    };
  },

  batchNorm: (arena, random, steps) => {
    const { common, batch, values } = channels(random);
    const { constants } = updated(arena, random, steps, 2 * common.channels, 'unused');
    return {
      instruction: {
        op: 'batchNorm',
        ...common,
        sizes: arena.words('sizes', batchSizes(random, steps, batch)),
        x: arena.floats('x', floats(random, values)),
        values: arena.floats('values', norm(random, common.channels)),
        statistics: arena.floats('statistics', new Float32Array(4 * common.channels)),
        constants,
        added: maybe(arena, 'added', random, values),
        y: arena.space('y', values),
        relu: random.integer(0, 1),
        ...spaceOf(arena, normScratch(common.height)),
      },
    };
  },

  runningBatchNorm: (arena, random) => {
    const { common, values } = channels(random);
    return {
      instruction: {
        op: 'runningBatchNorm',
        ...common,
        x: arena.floats('x', floats(random, values)),
        values: arena.floats('values', norm(random, common.channels)),
        added: maybe(arena, 'added', random, values),
        y: arena.space('y', values),
        relu: random.integer(0, 1),
      },
    };
  },

  batchNormUpdate: (arena, random, steps) => {
    const { common, batch, values } = channels(random);
    const { values: _, scratch: __, ...optimizer } = updated(arena, random, steps, 2 * common.channels, 'unused');
    return {
      instruction: {
        op: 'batchNormUpdate',
        ...common,
        sizes: arena.words('sizes', batchSizes(random, steps, batch)),
        x: arena.floats('x', floats(random, values)),
        dy: arena.floats('dy', floats(random, values)),
        dx: arena.space('dx', values),
        statistics: arena.floats('statistics', norm(random, common.channels)),
        ...optimizer,
        values: arena.floats('norm', norm(random, common.channels)),
        ...spaceOf(arena, normScratch(common.height)),
      },
    };
  },
} as const satisfies Readonly<Record<string, Maker>>;

function gate(arena: ArenaBuilder, random: RandomSource, count: number): number {
  return maybe(arena, 'gate', random, count);
}

/** A region of this name, or none. */
function maybe(arena: ArenaBuilder, name: string, random: RandomSource, count: number): number {
  return random.chance(0.5) ? arena.floats(name, floats(random, count)) : 0;
}

function windows(random: RandomSource) {
  const [rows, columns] = [random.integer(1, 4), random.integer(1, 4)];
  const common = {
    channels: random.integer(1, 3),
    height: rows + random.integer(0, 5),
    width: columns + random.integer(0, 5),
    rows,
    columns,
    stride: random.integer(1, 3),
    blocks: random.integer(1, 2),
  };
  const planes = common.blocks * common.channels * LANES;
  const along = (length: number, window: number): number => Math.floor((length - window) / common.stride) + 1;
  return {
    common,
    from: planes * common.height * common.width,
    to: planes * along(common.height, rows) * along(common.width, columns),
  };
}

function subsampled(random: RandomSource) {
  const channels = random.integer(1, 4);
  const common = {
    channels,
    height: random.integer(1, 7),
    width: random.integer(1, 7),
    outputs: channels + random.integer(0, 4),
    stride: random.integer(1, 3),
    blocks: random.integer(1, 2),
  };
  const { height, width, outputs, stride, blocks } = common;
  return {
    common,
    from: blocks * channels * height * width * LANES,
    to: blocks * outputs * Math.ceil(height / stride) * Math.ceil(width / stride) * LANES,
  };
}

function channels(random: RandomSource) {
  const batch = random.pick([1, 15, 16, 17, 40, 64, 70, 130]);
  const common = {
    channels: random.integer(1, 9),
    height: random.integer(1, 5),
    width: random.integer(1, 5),
    blocks: blocksOf(batch),
  };
  return { common, batch, values: common.blocks * common.channels * common.height * common.width * LANES };
}

/** Scale, shift, mean and variance of each channel; no variance is negative. */
function norm(random: RandomSource, count: number): Float32Array {
  return floats(random, 4 * count).map((value, i) => (i >= 3 * count ? Math.abs(value) : value));
}

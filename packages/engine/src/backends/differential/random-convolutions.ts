import { LANES } from '../../contract.js';
import { blocking } from '../../plan/blocking.js';
import { compress } from '../../plan/compress.js';
import { biasScratch, convolvedSize, pooledSize, productScratch, updateScratch } from '../../plan/convolution-tiles.js';
import type { ArenaBuilder } from '../../testing/kernel-case.js';
import type { Maker } from './maker.js';
import type { RandomSource } from './random-source.js';
import { type Scratch, spaceOf, structureOperands, updated } from './random-structures.js';
import { batchSizes, blocksOf, floats, shuffled } from './random-values.js';

/** Random pictures: shapes, strides, paddings, odd sizes, tails of batches. */
export const convolutionMakers = {
  standardise: (arena, random, steps) => {
    const features = random.integer(1, 40);
    const batch = random.integer(1, 130);
    const blocks = blocksOf(batch);
    const bySizes = random.chance(0.5);
    return {
      instruction: {
        op: 'standardise',
        features,
        blocks,
        sizes: bySizes ? arena.words('sizes', batchSizes(random, steps, batch)) : 0,
        count: bySizes ? 0 : batch + LANES * (steps - 1),
        factors: arena.floats('factors', floats(random, features)),
        shifts: arena.floats('shifts', floats(random, features)),
        x: arena.floats('x', floats(random, blocks * features * LANES)),
      },
    };
  },

  denseConvolution: (arena, random) => {
    const { picture, x, result, tiles } = pictures(arena, random, 'result');
    const tileChannels = random.integer(1, picture.channels);
    return {
      instruction: {
        op: 'denseConvolution',
        ...picture,
        weights: arena.floats('weights', floats(random, weightsOf(picture))),
        biases: arena.floats('biases', floats(random, picture.outputs)),
        x: x(),
        y: arena.space('y', result),
        relu: random.integer(0, 1),
        ...tiles,
        tileChannels,
        ...scratch(
          arena,
          picture,
          tiles,
          [tileChannels, picture.outputs],
          { reordered: weightsOf(picture), places: 0 },
          picture.stride,
        ),
      },
    };
  },

  compressedConvolution: (arena, random) => {
    const { picture, x, result, tiles } = pictures(arena, random, 'result');
    const { outputs, channels, kernel, stride } = picture;
    const { survivors, structure, chunk } = survivorsOf(random, outputs, channels, kernel);
    return {
      instruction: {
        op: 'compressedConvolution',
        ...picture,
        ...structureOperands(arena, structure),
        values: arena.floats('values', floats(random, survivors)),
        biases: arena.floats('biases', floats(random, outputs)),
        x: x(),
        y: arena.space('y', result),
        relu: random.integer(0, 1),
        ...tiles,
        ...scratch(arena, picture, tiles, [chunk, picture.outputs], { reordered: 0, places: survivors }, stride),
      },
    };
  },

  denseConvolutionInputGradient: (arena, random) => {
    const { picture, dy, source, tiles } = pictures(arena, random, 'gradient');
    const tileChannels = random.integer(1, picture.outputs);
    return {
      instruction: {
        op: 'denseConvolutionInputGradient',
        ...picture,
        weights: arena.floats('weights', floats(random, weightsOf(picture))),
        dy: dy(),
        gate: random.chance(0.5) ? arena.floats('gate', floats(random, source)) : 0,
        dx: arena.space('dx', source),
        ...tiles,
        tileChannels,
        ...scratch(
          arena,
          picture,
          tiles,
          [tileChannels, picture.channels],
          { reordered: weightsOf(picture), places: 0 },
          1,
        ),
      },
    };
  },

  compressedConvolutionInputGradient: (arena, random) => {
    const { picture, dy, source, tiles } = pictures(arena, random, 'gradient');
    const { outputs, channels, kernel } = picture;
    const { survivors, structure, chunk } = survivorsOf(random, channels, outputs, kernel);
    return {
      instruction: {
        op: 'compressedConvolutionInputGradient',
        ...picture,
        ...structureOperands(arena, structure),
        permutation: arena.words('permutation', shuffled(random, survivors)),
        values: arena.floats('values', floats(random, survivors)),
        dy: dy(),
        gate: random.chance(0.5) ? arena.floats('gate', floats(random, source)) : 0,
        dx: arena.space('dx', source),
        ...tiles,
        ...scratch(arena, picture, tiles, [chunk, channels], { reordered: survivors, places: survivors }, 1),
      },
    };
  },

  denseConvolutionUpdate: (arena, random, steps) => {
    const { picture, x, dy, tiles, columns } = pictures(arena, random, 'gradient');
    const { outputs, channels, kernel, stride } = picture;
    const tileChannels = random.integer(1, channels);
    const { values: weights, scratch: _, ...optimizer } = updated(arena, random, steps, weightsOf(picture), 'unused');
    const sums = outputs * tileChannels * kernel * kernel;
    return {
      instruction: {
        op: 'denseConvolutionUpdate',
        ...picture,
        x: x(),
        dy: dy(),
        ...optimizer,
        weights,
        tileRows: tiles.tileRows,
        tileChannels,
        ...spaceOf(
          arena,
          updateScratch(tiles.tileRows, columns, kernel, stride, tileChannels, blocking.updateOutputs, sums),
        ),
      },
    };
  },

  compressedConvolutionUpdate: (arena, random, steps) => {
    const { picture, x, dy, tiles, columns } = pictures(arena, random, 'gradient');
    const { outputs, channels, kernel, stride } = picture;
    const { survivors, structure, chunk } = survivorsOf(random, outputs, channels, kernel);
    const { scratch: _, ...optimizer } = updated(arena, random, steps, survivors, 'unused');
    return {
      instruction: {
        op: 'compressedConvolutionUpdate',
        ...picture,
        ...structureOperands(arena, structure),
        x: x(),
        dy: dy(),
        ...optimizer,
        tileRows: tiles.tileRows,
        ...spaceOf(arena, updateScratch(tiles.tileRows, columns, kernel, stride, chunk, outputs, survivors)),
      },
    };
  },

  convolutionBiasUpdate: (arena, random, steps) => {
    const { picture, dy, rows, columns } = pictures(arena, random, 'gradient');
    const { outputs, blocks, winners } = picture;
    const { values: biases, scratch: _, ...optimizer } = updated(arena, random, steps, outputs, 'unused');
    return {
      instruction: {
        op: 'convolutionBiasUpdate',
        outputs,
        height: rows,
        width: columns,
        blocks,
        winners,
        dy: dy(),
        ...optimizer,
        biases,
        ...spaceOf(arena, biasScratch(rows)),
      },
    };
  },

  maxPool: (arena, random) => {
    const { common, from, to } = pooling(random);
    return {
      instruction: {
        op: 'maxPool',
        ...common,
        x: arena.floats('x', tied(random, from)),
        y: arena.space('y', to),
      },
    };
  },

  maxPoolInputGradient: (arena, random) => {
    const { common, from, to } = pooling(random);
    return {
      instruction: {
        op: 'maxPoolInputGradient',
        ...common,
        x: arena.floats('x', tied(random, from)),
        y: arena.floats('y', tied(random, to)),
        dy: arena.floats('dy', floats(random, to)),
        relu: random.integer(0, 1),
        dx: arena.space('dx', from),
      },
    };
  },
} as const satisfies Readonly<Record<string, Maker>>;

interface RandomPicture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly blocks: number;
  readonly winners: number;
}

/** Channels of which kernels take as many at once as they do anywhere; so many of both sides have more weights than an update keeps the sums of. */
const MANY = { least: 28, most: 34 };

/** @param gives whether the result is to be written, not read */
function pictures(arena: ArenaBuilder, random: RandomSource, gives: 'result' | 'gradient') {
  const large = random.chance(0.25) ? random.pick(['channels', 'outputs', 'both', 'width']) : null;
  const kernel = large === null ? random.pick([1, 2, 3, 3, 3, 5]) : 3;
  const padding = random.integer(0, kernel - 1);
  const stride = random.pick([1, 1, 2, 3]);
  const batch = random.pick(large === null ? [1, 16, 17, 40, 64, 70] : [17, 64]);
  const isPooled = random.chance(large === 'width' ? 0.8 : 0.4);
  const length = (limit = 11, least = 1): number => {
    let most = Math.max(1, kernel - 2 * padding, random.integer(least, limit));
    while (isPooled && convolvedSize(most, { kernel, stride, padding }) % 2 === 1) most++;
    return most;
  };
  const many = (most: number, ...asked: readonly unknown[]) =>
    asked.includes(large) ? random.integer(MANY.least, MANY.most) : random.integer(1, most);
  const shape = {
    channels: many(5, 'channels', 'both'),
    height: length(large === null ? 11 : 2),
    width: large === 'width' ? length(140, 66) : length(large === null ? random.pick([11, 11, 11, 27]) : 2),
    outputs: many(9, 'outputs', 'both'),
    kernel,
    stride,
    padding,
    blocks: blocksOf(batch),
  };
  const rows = convolvedSize(shape.height, shape);
  const columns = convolvedSize(shape.width, shape);
  const source = shape.blocks * shape.channels * shape.height * shape.width * LANES;
  const result = (shape.blocks * shape.outputs * rows * columns * LANES) / (isPooled ? 4 : 1);
  const inside = (values: Float32Array): Float32Array => {
    const perBlock = values.length / shape.blocks;
    return values.map((value, i) => (Math.floor(i / perBlock) * LANES + (i % LANES) < batch ? value : 0));
  };
  const picture: RandomPicture = { ...shape, winners: isPooled ? winners(arena, random, result, gives) : 0 };
  const tileRows = isPooled && gives === 'result' ? 2 * random.integer(1, 3) : random.integer(1, 5);
  return {
    picture,
    rows,
    columns,
    source,
    result,
    tiles: { tileRows, tileColumns: random.pick([8, 12, 16, 24]), streams: random.integer(0, 1) },
    x: () => arena.floats('x', inside(floats(random, source))),
    dy: () => arena.floats('dy', inside(floats(random, result))),
  };
}

/** Which value of each window won: to be written, or anything, with pixels at which none has. */
function winners(arena: ArenaBuilder, random: RandomSource, count: number, gives: 'result' | 'gradient'): number {
  if (gives === 'result') return arena.space('winners', count / 4);
  const silent = random.pick([0, 0.3, 0.9, 1]);
  const isSilent = Array.from({ length: count / LANES }, () => random.chance(silent));
  const of = Array.from({ length: count }, (_, i) => (isSilent[Math.floor(i / LANES)] ? 4 : random.integer(0, 4)));
  return arena.bytes('winners', of);
}

const weightsOf = ({ outputs, channels, kernel }: RandomPicture): number => outputs * channels * kernel * kernel;

/** @param results channels of the result @param orders see `productScratch` */
function scratch(
  arena: ArenaBuilder,
  { kernel }: RandomPicture,
  { tileRows, tileColumns }: { readonly tileRows: number; readonly tileColumns: number },
  [channels, results]: readonly [number, number],
  orders: Parameters<typeof productScratch>[5],
  stride: number,
): Scratch {
  const tiles = { rows: tileRows, columns: tileColumns };
  return spaceOf(arena, productScratch(tiles, kernel, stride, channels, results, orders));
}

/** Random survivors of (lines, channels, kernel, kernel), in chunks of whole channels. */
function survivorsOf(random: RandomSource, lines: number, channels: number, kernel: number) {
  const places = channels * kernel * kernel;
  const density = random.pick([0, 0.05, 0.3, 0.9, 1]);
  const empty = random.integer(0, lines - 1);
  const line: number[] = [];
  const place: number[] = [];
  for (let l = 0; l < lines; l++) {
    for (let p = 0; p < places; p++) {
      if (!random.chance(density) || (density < 0.9 && l === empty)) continue;
      line.push(l);
      place.push(p);
    }
  }
  const chunk = random.integer(1, channels);
  const entries = {
    lineCount: lines,
    placeCount: places,
    line: Uint32Array.from(line),
    place: Uint32Array.from(place),
  };
  return { survivors: line.length, structure: compress(entries, chunk * kernel * kernel), chunk };
}

function pooling(random: RandomSource) {
  const size = random.integer(1, 3);
  const common = {
    channels: random.integer(1, 3),
    height: size + random.integer(0, 6),
    width: size + random.integer(0, 6),
    size,
    stride: random.integer(1, 3),
    blocks: random.integer(1, 2),
  };
  const from = common.blocks * common.channels * common.height * common.width * LANES;
  const windows = pooledSize(common.height, common) * pooledSize(common.width, common);
  return { common, from, to: common.blocks * common.channels * windows * LANES };
}

/** Values of which many are equal. */
function tied(random: RandomSource, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => Math.max(0, random.integer(-2, 3)));
}

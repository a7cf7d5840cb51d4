import { LANES } from '../../contract.js';
import { LINE_BYTES } from '../../data/laid-out-data.js';
import { compress } from '../../plan/compress.js';
import { type ArenaBuilder, type KernelCase, kernelCase } from '../../testing/kernel-case.js';
import type { Maker } from './maker.js';
import { convolutionMakers } from './random-convolutions.js';
import { predictionMakers } from './random-predictions.js';
import { residualMakers } from './random-residuals.js';
import { type RandomSource, randomSource } from './random-source.js';
import { structureOperands, updated } from './random-structures.js';
import { supermaskMakers } from './random-supermasks.js';
import { batchSizes, blocksOf, floats, labels, logitValues, neededOf, shuffled, size } from './random-values.js';

export const caseKinds = [
  'gather',
  'loadBlock',
  'denseForward',
  'compressedForward',
  'softmaxCrossEntropy',
  'evaluate',
  'denseInputGradient',
  'compressedInputGradient',
  'denseUpdate',
  'compressedUpdate',
  'biasUpdate',
  'loadRows',
  'loadFloatRows',
  'storeRows',
  'loadExample',
  'denseExampleForward',
  'compressedExampleForward',
  'standardise',
  'denseConvolution',
  'compressedConvolution',
  'denseConvolutionInputGradient',
  'compressedConvolutionInputGradient',
  'denseConvolutionUpdate',
  'compressedConvolutionUpdate',
  'convolutionBiasUpdate',
  'maxPool',
  'maxPoolInputGradient',
  'gatherPictures',
  'dropout',
  'averagePool',
  'averagePoolInputGradient',
  'subsample',
  'subsampleInputGradient',
  'add',
  'addGradient',
  'batchNorm',
  'runningBatchNorm',
  'batchNormUpdate',
  'restore',
  'sampleMask',
  'topMask',
  'scoreUpdate',
] as const;

export type CaseKind = (typeof caseKinds)[number];

/** A random run of one instruction: random shapes, batch, density, chunks, values. */
export function randomCase(kind: CaseKind, seed: number): KernelCase {
  return kernelCase(`${kind} ${seed}`, (arena) => {
    const random = randomSource(seed);
    const steps = random.integer(1, 3);
    const { instruction, data } = makers[kind](arena, random, steps);
    return { program: [instruction], steps, data: data ?? new Uint8Array(0) };
  });
}

const makers: { readonly [Kind in CaseKind]: Maker } = {
  gather: (arena, random, steps) => {
    const features = size(random, 100);
    const batch = random.integer(1, 200);
    const blocks = blocksOf(batch);
    const examples = random.integer(1, 200);
    const lit = random.uniform();
    const columns = Array.from({ length: features }, () => random.chance(lit));
    const inImage = random.pick([0.01, 0.3]);
    const images = Uint8Array.from({ length: examples * features }, (_, i) =>
      columns[i % features] && random.chance(inImage) ? random.integer(1, 255) : 0,
    );
    // The data ends with its last byte, so that a kernel which reads on is found out by tools that watch memory.
    const imageLines = Math.ceil(examples / LINE_BYTES);
    const data = new Uint8Array(imageLines * LINE_BYTES + images.length);
    for (let i = 0; i < examples; i++) data[i] = random.integer(0, 9);
    data.set(images, imageLines * LINE_BYTES);
    const { needed, held } = neededOf(arena, random, features);
    return {
      data,
      instruction: {
        op: 'gather',
        images: imageLines,
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
        needed,
        x: arena.space('x', blocks * held * LANES),
        targets: arena.space('targets', blocks * LANES),
        active: random.chance(0.5) ? arena.space('active', 1 + held) : 0,
      },
    };
  },

  loadBlock: (arena, random, steps) => {
    const features = size(random, 100);
    const { needed, held } = neededOf(arena, random, features);
    const dark = random.uniform();
    const columns = Array.from({ length: steps * features }, () => random.chance(dark));
    return {
      data: Uint8Array.from({ length: steps * features * LANES }, (_, i) =>
        columns[Math.floor(i / LANES)] ? 0 : random.integer(0, 255),
      ),
      instruction: {
        op: 'loadBlock',
        images: 0,
        features,
        scale: arena.floats('scale', [1 / 255]),
        needed,
        x: arena.space('x', held * LANES),
        active: random.chance(0.5) ? arena.space('active', 1 + held) : 0,
      },
    };
  },

  denseForward: (arena, random) => {
    const { inputs, outputs, blocks, x, active } = shape(arena, random);
    return {
      instruction: {
        op: 'denseForward',
        inputs,
        outputs,
        blocks,
        weights: arena.floats('weights', floats(random, inputs * outputs)),
        biases: arena.floats('biases', floats(random, outputs)),
        x,
        y: arena.space('y', blocks * outputs * LANES),
        relu: random.integer(0, 1),
        active,
      },
    };
  },

  compressedForward: (arena, random) => {
    const { inputs, outputs, blocks, x } = shape(arena, random);
    const { survivors, structure } = compressed(random, outputs, inputs);
    return {
      instruction: {
        op: 'compressedForward',
        inputs,
        outputs,
        blocks,
        ...structureOperands(arena, structure),
        values: arena.floats('values', floats(random, survivors)),
        biases: arena.floats('biases', floats(random, outputs)),
        x,
        y: arena.space('y', blocks * outputs * LANES),
        relu: random.integer(0, 1),
      },
    };
  },

  softmaxCrossEntropy: (arena, random, steps) => {
    const classes = random.integer(1, 20);
    const batch = random.integer(1, 200);
    const blocks = blocksOf(batch);
    const logits = arena.floats('logits', logitValues(random, blocks * classes * LANES));
    const inPlace = steps === 1 && random.chance(0.5);
    return {
      instruction: {
        op: 'softmaxCrossEntropy',
        classes,
        blocks,
        logits,
        targets: arena.words('targets', labels(random, blocks * LANES, classes)),
        sizes: arena.words('sizes', batchSizes(random, steps, batch)),
        gradient: inPlace ? logits : arena.space('gradient', blocks * classes * LANES),
        losses: arena.space('losses', steps),
      },
    };
  },

  evaluate: (arena, random, steps) => {
    const classes = random.integer(1, 20);
    const count = LANES * (steps - 1) + random.integer(1, LANES);
    return {
      data: Uint8Array.from(labels(random, count, classes)),
      instruction: {
        op: 'evaluate',
        classes,
        logits: arena.floats('logits', logitValues(random, classes * LANES)),
        labels: 0,
        count,
        results: arena.space('results', 2 * steps),
      },
    };
  },

  denseInputGradient: (arena, random) => {
    const { inputs, outputs, blocks, dy } = shape(arena, random);
    const values = blocks * inputs * LANES;
    return {
      instruction: {
        op: 'denseInputGradient',
        inputs,
        outputs,
        blocks,
        weights: arena.floats('weights', floats(random, inputs * outputs)),
        dy,
        gate: random.chance(0.5) ? arena.floats('gate', floats(random, values)) : 0,
        dx: arena.space('dx', values),
      },
    };
  },

  compressedInputGradient: (arena, random) => {
    const { inputs, outputs, blocks, dy } = shape(arena, random);
    const { survivors, structure } = compressed(random, inputs, outputs);
    const values = blocks * inputs * LANES;
    return {
      instruction: {
        op: 'compressedInputGradient',
        inputs,
        outputs,
        blocks,
        ...structureOperands(arena, structure),
        permutation: arena.words('permutation', shuffled(random, survivors)),
        values: arena.floats('values', floats(random, survivors)),
        dy,
        gate: random.chance(0.5) ? arena.floats('gate', floats(random, values)) : 0,
        dx: arena.space('dx', values),
      },
    };
  },

  denseUpdate: (arena, random, steps) => {
    const { inputs, outputs, blocks, x, dy, active } = shape(arena, random);
    const { values: weights, ...optimizer } = updated(arena, random, steps, inputs * outputs);
    return { instruction: { op: 'denseUpdate', inputs, outputs, blocks, x, dy, weights, active, ...optimizer } };
  },

  compressedUpdate: (arena, random, steps) => {
    const { inputs, outputs, blocks, x, dy } = shape(arena, random);
    const { survivors, structure } = compressed(random, outputs, inputs);
    return {
      instruction: {
        op: 'compressedUpdate',
        inputs,
        outputs,
        blocks,
        ...structureOperands(arena, structure),
        x,
        dy,
        ...updated(arena, random, steps, survivors),
      },
    };
  },

  biasUpdate: (arena, random, steps) => {
    const { outputs, blocks, dy } = shape(arena, random);
    const { values: biases, ...optimizer } = updated(arena, random, steps, outputs);
    return { instruction: { op: 'biasUpdate', outputs, blocks, dy, biases, ...optimizer } };
  },

  restore: (arena, random) => {
    const size = random.integer(1, 300);
    const places = shuffled(random, size).subarray(0, random.integer(0, size)).toSorted();
    return {
      instruction: {
        op: 'restore',
        count: places.length,
        places: arena.words('places', places),
        held: arena.floats('held', floats(random, places.length)),
        values: arena.floats('values', floats(random, size)),
      },
    };
  },

  ...predictionMakers,
  ...convolutionMakers,
  ...supermaskMakers,
  ...residualMakers,
};

/** Inputs, outputs and a batch with its activations and gradients; some features are zero in the whole batch. */
function shape(arena: ArenaBuilder, random: RandomSource) {
  const inputs = size(random, 250);
  const outputs = size(random, 40);
  const batch = random.integer(1, 200);
  const blocks = blocksOf(batch);
  const lit = Array.from({ length: inputs }, () => random.chance(0.7));
  const inside = (i: number, features: number): boolean =>
    Math.floor(i / (features * LANES)) * LANES + (i % LANES) < batch;
  const x = floats(random, blocks * inputs * LANES).map((value, i) =>
    lit[Math.floor(i / LANES) % inputs] && inside(i, inputs) ? value : 0,
  );
  const dy = floats(random, blocks * outputs * LANES).map((value, i) => (inside(i, outputs) ? value : 0));
  const features = [...lit.keys()].filter((feature) => lit[feature]);
  const list = new Int32Array(1 + inputs);
  list.set([features.length, ...features]);
  return {
    inputs,
    outputs,
    blocks,
    x: arena.floats('x', x),
    dy: arena.floats('dy', dy),
    active: random.chance(0.5) ? arena.words('lit', list) : 0,
  };
}

/** A random mask of lines × places, compressed. */
function compressed(random: RandomSource, lines: number, places: number) {
  const density = random.pick([0, 0.02, 0.1, 0.5, 0.9, 1]);
  const emptyLine = random.integer(0, lines - 1);
  const emptyPlace = random.integer(0, places - 1);
  const line: number[] = [];
  const place: number[] = [];
  for (let l = 0; l < lines; l++) {
    for (let p = 0; p < places; p++) {
      if (!random.chance(density) || (density < 0.9 && (l === emptyLine || p === emptyPlace))) continue;
      line.push(l);
      place.push(p);
    }
  }
  const structure = compress(
    { lineCount: lines, placeCount: places, line: Uint32Array.from(line), place: Uint32Array.from(place) },
    random.chance(0.5) ? places : random.integer(1, places),
  );
  return { survivors: line.length, structure };
}

import { LANES } from '../../contract.js';
import { compress } from '../../plan/compress.js';
import { CONSTANTS_ROW, type Instruction, optimizerCodes, SCRATCH_WORDS } from '../../plan/instructions.js';
import { type CaseBuilder, caseBuilder } from './case-builder.js';
import type { KernelCase } from './kernel-case.js';
import { type RandomSource, randomSource } from './random-source.js';

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
] as const;

export type CaseKind = (typeof caseKinds)[number];

/** A random run of one instruction: random shapes, batch, density, values. */
export function randomCase(kind: CaseKind, seed: number): KernelCase {
  const random = randomSource(seed);
  const builder = caseBuilder();
  const steps = random.integer(1, 3);
  const instruction = makers[kind](builder, random, steps);
  return builder.build(`${kind} ${seed}: ${JSON.stringify(instruction)}`, [instruction], steps);
}

type Maker = (builder: CaseBuilder, random: RandomSource, steps: number) => Instruction;

const makers: { readonly [Kind in CaseKind]: Maker } = {
  gather: (builder, random, steps) => {
    const features = size(random, 100);
    const batch = random.integer(1, 200);
    const blocks = blocksOf(batch);
    const examples = random.integer(1, 30);
    const lit = random.uniform();
    const columns = Array.from({ length: features }, () => random.chance(lit));
    const images = Uint8Array.from({ length: examples * features }, (_, i) =>
      columns[i % features] && random.chance(0.3) ? random.integer(1, 255) : 0,
    );
    return {
      op: 'gather',
      images: builder.bytes(images),
      labels: builder.bytes(Uint8Array.from({ length: examples }, () => random.integer(0, 9))),
      features,
      batch,
      blocks,
      indices: builder.region(Uint32Array.from({ length: steps * batch }, () => random.integer(0, examples - 1))),
      sizes: builder.region(batchSizes(random, steps, batch)),
      scale: builder.region(Float32Array.of(1 / 255)),
      x: builder.region(floats(random, blocks * features * LANES)),
      targets: builder.region(new Int32Array(blocks * LANES)),
      active: builder.region(new Int32Array(1 + features)),
    };
  },

  loadBlock: (builder, random, steps) => {
    const features = size(random, 100);
    return {
      op: 'loadBlock',
      images: builder.bytes(Uint8Array.from({ length: steps * features * LANES }, () => random.integer(0, 255))),
      features,
      scale: builder.region(Float32Array.of(1 / 255)),
      x: builder.region(new Float32Array(features * LANES)),
    };
  },

  denseForward: (builder, random) => {
    const { inputs, outputs, blocks, x, active } = shape(builder, random);
    return {
      op: 'denseForward',
      inputs,
      outputs,
      blocks,
      weights: builder.region(floats(random, inputs * outputs)),
      biases: builder.region(floats(random, outputs)),
      x,
      y: builder.region(floats(random, blocks * outputs * LANES)),
      relu: random.integer(0, 1),
      active,
    };
  },

  compressedForward: (builder, random) => {
    const { inputs, outputs, blocks, x } = shape(builder, random);
    const { survivors, structure } = compressed(random, outputs, inputs);
    return {
      op: 'compressedForward',
      inputs,
      outputs,
      blocks,
      ...regionsOf(builder, structure),
      values: builder.region(floats(random, survivors)),
      biases: builder.region(floats(random, outputs)),
      x,
      y: builder.region(floats(random, blocks * outputs * LANES)),
      relu: random.integer(0, 1),
    };
  },

  softmaxCrossEntropy: (builder, random, steps) => {
    const classes = random.integer(1, 20);
    const batch = random.integer(1, 200);
    const blocks = blocksOf(batch);
    const logits = builder.region(logitValues(random, blocks * classes * LANES));
    const inPlace = steps === 1 && random.chance(0.5);
    return {
      op: 'softmaxCrossEntropy',
      classes,
      blocks,
      logits,
      targets: builder.region(Int32Array.from({ length: blocks * LANES }, () => random.integer(0, classes - 1))),
      sizes: builder.region(batchSizes(random, steps, batch)),
      gradient: inPlace ? logits : builder.region(floats(random, blocks * classes * LANES)),
      losses: builder.region(new Float32Array(steps)),
    };
  },

  evaluate: (builder, random, steps) => {
    const classes = random.integer(1, 20);
    const count = LANES * (steps - 1) + random.integer(1, LANES);
    return {
      op: 'evaluate',
      classes,
      logits: builder.region(logitValues(random, classes * LANES)),
      labels: builder.bytes(Uint8Array.from({ length: count }, () => random.integer(0, classes - 1))),
      count,
      results: builder.region(new Float32Array(2 * steps)),
    };
  },

  denseInputGradient: (builder, random) => {
    const { inputs, outputs, blocks, dy } = shape(builder, random);
    const values = blocks * inputs * LANES;
    return {
      op: 'denseInputGradient',
      inputs,
      outputs,
      blocks,
      weights: builder.region(floats(random, inputs * outputs)),
      dy,
      gate: random.chance(0.5) ? builder.region(floats(random, values)) : 0,
      dx: builder.region(floats(random, values)),
    };
  },

  compressedInputGradient: (builder, random) => {
    const { inputs, outputs, blocks, dy } = shape(builder, random);
    const { survivors, structure } = compressed(random, inputs, outputs);
    const values = blocks * inputs * LANES;
    return {
      op: 'compressedInputGradient',
      inputs,
      outputs,
      blocks,
      ...regionsOf(builder, structure),
      permutation: builder.region(shuffled(random, survivors)),
      values: builder.region(floats(random, survivors)),
      dy,
      gate: random.chance(0.5) ? builder.region(floats(random, values)) : 0,
      dx: builder.region(floats(random, values)),
    };
  },

  denseUpdate: (builder, random, steps) => {
    const { inputs, outputs, blocks, x, dy, active } = shape(builder, random);
    const { values: weights, ...optimizer } = updated(builder, random, steps, inputs * outputs);
    return { op: 'denseUpdate', inputs, outputs, blocks, x, dy, weights, active, ...optimizer };
  },

  compressedUpdate: (builder, random, steps) => {
    const { inputs, outputs, blocks, x, dy } = shape(builder, random);
    const { survivors, structure } = compressed(random, outputs, inputs);
    return {
      op: 'compressedUpdate',
      inputs,
      outputs,
      blocks,
      ...regionsOf(builder, structure),
      x,
      dy,
      ...updated(builder, random, steps, survivors),
    };
  },

  biasUpdate: (builder, random, steps) => {
    const { outputs, blocks, dy } = shape(builder, random);
    const { values: biases, ...optimizer } = updated(builder, random, steps, outputs);
    return { op: 'biasUpdate', outputs, blocks, dy, biases, ...optimizer };
  },
};

/** Inputs, outputs and a batch with its activations and gradients; some features are zero in the whole batch. */
function shape(builder: CaseBuilder, random: RandomSource) {
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
    x: builder.region(x),
    dy: builder.region(dy),
    active: random.chance(0.5) ? builder.region(list) : 0,
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

function regionsOf(builder: CaseBuilder, structure: ReturnType<typeof compress>) {
  return {
    chunkCount: structure.chunkCount,
    chunks: builder.region(structure.chunks),
    segments: builder.region(structure.segments),
    indices: builder.region(structure.indices),
  };
}

/** The operands of an update: an optimizer, its state and its constants. */
function updated(builder: CaseBuilder, random: RandomSource, steps: number, count: number) {
  const optimizer = random.pick(Object.values(optimizerCodes));
  const second = floats(random, count).map(Math.abs);
  return {
    optimizer,
    values: builder.region(floats(random, count)),
    first: optimizer === optimizerCodes.sgd ? 0 : builder.region(floats(random, count)),
    second: optimizer === optimizerCodes.adam ? builder.region(second) : 0,
    constants: builder.region(constants(random, steps)),
    scratch: builder.workspace(SCRATCH_WORDS),
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
  }
  return table;
}

/** Mostly small; often 1, a whole vector, one more or one less. */
function size(random: RandomSource, largest: number): number {
  return random.chance(0.5) ? random.integer(1, largest) : random.pick([1, 2, 4, 7, 8, 9, 15, 16, 17, 32, 33]);
}

/** Values of many magnitudes, with zeros and with products that flushing concerns. Never −0 (docs/arithmetic.md). */
function floats(random: RandomSource, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    if (random.chance(0.1)) return 0;
    const magnitude = random.chance(0.05) ? random.pick([2 ** -40, 2 ** -60, 2 ** -100]) : 1;
    return (random.uniform() - 0.5) * magnitude;
  });
}

/** Logits with ties, and with some so small that their probability is flushed. */
function logitValues(random: RandomSource, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    if (random.chance(0.2)) return 1;
    return random.chance(0.1) ? -60 * random.uniform() : 10 * random.uniform() - 5;
  });
}

function batchSizes(random: RandomSource, steps: number, batch: number): Int32Array {
  return Int32Array.from({ length: steps }, () => (random.chance(0.5) ? batch : random.integer(1, batch)));
}

function shuffled(random: RandomSource, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

const blocksOf = (batch: number): number => Math.ceil(batch / LANES);

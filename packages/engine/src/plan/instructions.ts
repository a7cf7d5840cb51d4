import { partScratch, pictureInstructions } from './picture-instructions.js';

const picture = ['channels', 'height', 'width', 'outputs', 'kernel', 'stride', 'padding', 'blocks', 'winners'] as const;
const structure = ['chunkCount', 'chunks', 'segments', 'indices'] as const;
const tiles = ['tileRows', 'tileColumns', 'streams'] as const;

/**
 * The border between TypeScript and the kernels: a plan is a flat list of these instructions over one arena of memory.
 * This table is the only definition; the kernels' C header is generated from it.
 *
 * Encoding, in 32-bit words: opcode (the index in this table), total length in words, operands in the order given here.
 * Operands are offsets into the arena in words (named as the region they point to; regions start on 64-byte lines), offsets into the data in
 * 64-byte lines (marked "data"), or plain integers. A program is run once for each step of a call; `step` below counts
 * within the call and selects rows of the step tables.
 *
 * Shapes: an activation of n features is (blocks, n, 64) f32. Step tables are (steps, …). All lanes of a block are computed; lanes beyond
 * the batch hold zero inputs and zero gradients, so they add nothing. Kernels read and write only inside of regions. What scratch holds
 * afterwards, and `active` beyond its count, is left open; so are the bits of a NaN.
 */
export const instructions = {
  /** Ends a program. */
  end: [],

  /**
   * Gathers a training batch: x[b][k][lane] = images[indices[step][64 b + lane]][needed k] × scale, zero (targets too) beyond sizes[step].
   * images: data (examples, features) u8. labels: data (examples) u8. indices: (steps, batch) u32. sizes: (steps) i32.
   * scale: 1 f32. needed: (1 + n) i32: n, then ascending the features that x holds; 0 for all of them. targets: (blocks × 64) i32.
   * active: (1 + n) i32: count, then ascending those k of x that are not zero in the whole batch; 0 if nobody asks.
   */
  gather: [
    'images',
    'labels',
    'features',
    'batch',
    'blocks',
    'indices',
    'sizes',
    'scale',
    'needed',
    'x',
    'targets',
    'active',
  ],

  /** Loads block number `step` of an evaluation set: x[0][k] = images[step][needed k] × scale. images: data (blocks, features, 64) u8. */
  loadBlock: ['images', 'features', 'scale', 'needed', 'x', 'active'],

  /** y = W x + b, then ReLU if relu is 1. weights: (outputs, inputs) f32. active: as gather writes it, or 0 when unknown. */
  denseForward: ['inputs', 'outputs', 'blocks', 'weights', 'biases', 'x', 'y', 'relu', 'active'],

  /**
   * The same for survivors only, in column chunks. chunks: (chunkCount + 1, 2) i32: {first column, first segment}; segments: (…, 3) i32:
   * {row, start, count}: the survivors of one row within one chunk, at most one a (chunk, row), none empty; indices: u16 for each survivor,
   * its column relative to its chunk's first, ascending within a segment; values: the survivors in this storage order. Segments lie chunk by
   * chunk, within a chunk by descending count, and cover `values` without gaps. A row without a survivor is its bias (then ReLU).
   */
  compressedForward: [
    'inputs',
    'outputs',
    'blocks',
    'chunkCount',
    'chunks',
    'segments',
    'indices',
    'values',
    'biases',
    'x',
    'y',
    'relu',
  ],

  /**
   * Softmax cross-entropy: gradient at the logits (may be the same region) and losses[step], the batch's mean.
   * targets: (blocks × 64) i32. sizes: (steps) i32. A loss that is not finite stops the call,
   * after this instruction, with layer −1. A lane's loss ends with + (s − s), see docs/arithmetic.md.
   */
  softmaxCrossEntropy: ['classes', 'blocks', 'logits', 'targets', 'sizes', 'gradient', 'losses'],

  /**
   * Judges one block of an evaluation set: results[step] = {f32 sum of losses, i32 correct}. labels: data (count) u8;
   * lanes at or beyond count − 64 step are left out. Predicted: start with class 0, take a later one if its logit is greater than the largest so far.
   */
  evaluate: ['classes', 'logits', 'labels', 'count', 'results'],

  /** dx = Wᵀ dy, zero where gate (the activation that dx belongs to) is not > 0; gate 0 means no gate. dx overlaps nothing else. */
  denseInputGradient: ['inputs', 'outputs', 'blocks', 'weights', 'dy', 'gate', 'dx'],

  /**
   * The same for survivors only, by columns in row chunks: chunks, segments and indices as in compressedForward with rows and columns exchanged;
   * permutation: u32 for each survivor in this order, its place in `values`. A column without a survivor has a gradient of 0.
   */
  compressedInputGradient: [
    'inputs',
    'outputs',
    'blocks',
    'chunkCount',
    'chunks',
    'segments',
    'indices',
    'permutation',
    'values',
    'dy',
    'gate',
    'dx',
  ],

  /**
   * Weight gradient and the optimizer's step in one. optimizer: 0 gradient only (flushed, without decay, stored in first), 1 sgd, 2 momentum, 3 adam.
   * first, second: the optimizer's state beside the weights, same shape (0 where not needed). constants: (steps, 16) f32: rate or step, decay, β₁ or μ,
   * 1 − β₁, β₂, 1 − β₂, correction c, ε, then one for scoreUpdate, two for batchNorm and unused ones. scratch: 4,096 f32 of working memory. layer: the number reported when a value that was written to
   * weights (or the gradient, for optimizer 0) is not finite: the call then stops after this instruction. active: as in denseForward.
   */
  denseUpdate: [
    'inputs',
    'outputs',
    'blocks',
    'x',
    'dy',
    'optimizer',
    'weights',
    'first',
    'second',
    'constants',
    'scratch',
    'layer',
    'active',
  ],

  compressedUpdate: [
    'inputs',
    'outputs',
    'blocks',
    'chunkCount',
    'chunks',
    'segments',
    'indices',
    'x',
    'dy',
    'optimizer',
    'values',
    'first',
    'second',
    'constants',
    'scratch',
    'layer',
  ],

  /** Bias gradient and the optimizer's step; weight decay is not applied. */
  biasUpdate: ['outputs', 'blocks', 'dy', 'optimizer', 'biases', 'first', 'second', 'constants', 'scratch', 'layer'],

  /**
   * Loads block number `step` of examples that lie in the arena: x[0][k][lane] = rows[64 step + lane][needed k] × scale, zero from example
   * `count` on. rows: (count, features) u8. count: 1 i32. scale: 1 f32. needed and active as in gather, for this block.
   */
  loadRows: ['rows', 'features', 'count', 'scale', 'needed', 'x', 'active'],

  /** The same from rows (count, features) f32, as they are. */
  loadFloatRows: ['rows', 'features', 'count', 'needed', 'x', 'active'],

  /** Block number `step` back to rows: rows[64 step + lane][f] = x[0][f][lane], up to example `count`. rows: (count, features) f32. */
  storeRows: ['features', 'count', 'x', 'rows'],

  /** Loads example number `step`: x = rows[step] × scale. rows: (steps, features) u8 in the arena. x: (features) f32. */
  loadExample: ['rows', 'features', 'scale', 'x'],

  /**
   * y = W x + b of example number `step` alone, then ReLU if relu is 1; zeros in x may be skipped. weights: (inputs, outputs) f32, by columns.
   * x: (inputs) f32 at word x + step × xStep, and y: (outputs) f32 at word y + step × yStep. scratch: `inputs` words of working memory.
   */
  denseExampleForward: ['inputs', 'outputs', 'weights', 'biases', 'x', 'xStep', 'y', 'yStep', 'relu', 'scratch'],

  /**
   * The same for survivors only, by columns. starts: (inputs + 1) i32, where a column's survivors begin; rows: u16 for each survivor, ascending
   * within a column; values: f32 for each.
   */
  compressedExampleForward: [
    'inputs',
    'outputs',
    'starts',
    'rows',
    'values',
    'biases',
    'x',
    'xStep',
    'y',
    'yStep',
    'relu',
    'scratch',
  ],

  /**
   * Draws a layer's mask and writes the weights that it leaves (docs/arithmetic.md, "Supermasks"): bit i is 1 where word i of the stream is
   * below floor(sigmoid(scores[i]) · 2³²). weights[i] = values[i] × factor + 0 where it is 1, else +0; factor is count ÷ ones if rescale is 1,
   * else 1. scores, values, weights: (count) f32. ones: 1 i32, how many bits are 1. key0, key1, counter1, counter2: the stream's, as i32;
   * counters: (steps) i32, its last word for each step. probabilities: (count) f32, where each score's is left for scoreUpdate.
   */
  sampleMask: [
    'count',
    'scores',
    'values',
    'weights',
    'ones',
    'rescale',
    'key0',
    'key1',
    'counter1',
    'counter2',
    'counters',
    'probabilities',
  ],

  /** The same with the `keep` largest scores, of equal ones those at later positions. No score is NaN or −0. scratch: as for updates. */
  topMask: ['count', 'keep', 'scores', 'values', 'weights', 'ones', 'rescale', 'scratch'],

  /**
   * Gradient and optimizer's step of the scores, straight through the mask (docs/arithmetic.md, "Supermasks"). gradient: (count) f32, the loss's
   * at `weights`. kind: as in `maskKinds`. optimizer, first, second, constants and layer as in denseUpdate, for scores; decay is not applied, and
   * constants[8] is added to the gradient at each probability. probabilities: of sampled masks, as sampleMask left them; 0 for top masks. The others as sampleMask and topMask take and leave them.
   */
  scoreUpdate: [
    'count',
    'kind',
    'scores',
    'values',
    'weights',
    'ones',
    'rescale',
    'gradient',
    'optimizer',
    'first',
    'second',
    'constants',
    'probabilities',
    'layer',
  ],

  /**
   * x = x × factors[k] + shifts[k] for each of its n features, in lanes that hold an example (below sizes[step], or count − 64 step if sizes is 0);
   * zero in the others. factors, shifts: (features) f32.
   */
  standardise: ['features', 'blocks', 'sizes', 'count', 'factors', 'shifts', 'x'],

  /**
   * y = b + the convolution of x with w, then ReLU if relu is 1. x: pictures (channels, height, width), y: (outputs, rows, columns), where rows =
   * ⌊(height + 2 padding − kernel) ÷ stride⌋ + 1 and columns likewise; padding < kernel. weights: (outputs, channels, kernel, kernel) f32.
   * tileRows, tileColumns (a multiple of 8 or 12), tileChannels: how the work is cut, and streams: whether y is written past the caches (not where it is
   * pooled); they change no bit. scratch: scratchWords words, as `productScratch` says, for each part of a divided one.
   *
   * winners: 0, or the convolution's result is pooled: of each window of 2 × 2 only the largest value is kept, as maxPool does (rows, columns and
   * tileRows are even). Then y is (outputs, rows ÷ 2, columns ÷ 2), and winners: (blocks, outputs, rows ÷ 2, columns ÷ 2, 16, 4) u8 holds for lane l at
   * [l mod 16][l ÷ 16] which value of the window it is, row by row from 0 on, or 4 where no gradient passes (see maxPoolInputGradient). In the
   * instructions below dy is the gradient at the pooled y, and reaches a value only where it has won. A convolution's y is divided by its own rows.
   */
  denseConvolution: [...picture, 'weights', 'biases', 'x', 'y', 'relu', ...tiles, 'tileChannels', ...partScratch],

  /** The same for survivors only: as in compressedForward, a row being an output and a column a (channel, row, column) of the kernel. Chunks hold whole channels. */
  compressedConvolution: [...picture, ...structure, 'values', 'biases', 'x', 'y', 'relu', ...tiles, ...partScratch],

  /** The gradient at x of denseConvolution, zero where gate is not > 0; gate 0 means no gate. dx overlaps nothing else. tileChannels counts outputs. */
  denseConvolutionInputGradient: [...picture, 'weights', 'dy', 'gate', 'dx', ...tiles, 'tileChannels', ...partScratch],

  /** The same for survivors only: lines are channels of x, places (output, row, column) of the kernel; permutation as in compressedInputGradient. */
  compressedConvolutionInputGradient: [
    ...picture,
    ...structure,
    'permutation',
    'values',
    'dy',
    'gate',
    'dx',
    ...tiles,
    ...partScratch,
  ],

  /** Weight gradient and the optimizer's step, as denseUpdate. tileRows: rows of y that are taken together. scratch: as `updateScratch` says. */
  denseConvolutionUpdate: [
    ...picture,
    'x',
    'dy',
    'optimizer',
    'weights',
    'first',
    'second',
    'constants',
    'layer',
    'tileRows',
    'tileChannels',
    ...partScratch,
  ],

  compressedConvolutionUpdate: [
    ...picture,
    ...structure,
    'x',
    'dy',
    'optimizer',
    'values',
    'first',
    'second',
    'constants',
    'layer',
    'tileRows',
    ...partScratch,
  ],

  /** Bias gradient and the optimizer's step for dy: pictures (outputs, height, width), pooled if winners is not 0. scratch: as `biasScratch` says. */
  convolutionBiasUpdate: [
    'outputs',
    'height',
    'width',
    'blocks',
    'winners',
    'dy',
    'optimizer',
    'biases',
    'first',
    'second',
    'constants',
    'layer',
    ...partScratch,
  ],

  /** y: the largest value of each window of size × size of each channel of x, `stride` apart; windows lie wholly inside. */
  maxPool: ['channels', 'height', 'width', 'size', 'stride', 'blocks', 'x', 'y'],

  /** The gradient at x, given y: a window's goes to the first position (row by row) that equals its largest; if relu is 1, only where that is > 0. */
  maxPoolInputGradient: ['channels', 'height', 'width', 'size', 'stride', 'blocks', 'x', 'y', 'dy', 'relu', 'dx'],

  ...pictureInstructions,

  /**
   * The rows of the next instruction may be divided among threads: part p computes rows bounds[p] … bounds[p + 1] − 1 of y, dx or the weights; of a
   * convolution's y or dx those rows of each picture; of batch norms those channels; where there is a count, those of its 64 words each. It changes no bit, so a
   * backend may pass over it. Products with weights and their updates are divided, batch norms, dropout, add and addGradient. parts: at most 64.
   * bounds: (parts + 1) i32 ascending, from 0 to the instruction's rows. Segments may lie in any order.
   */
  divide: ['parts', 'bounds'],
  /** values[places[k]] = held[k] for k < count: after an update, puts back the weights that are frozen. places: (count) i32. held: (count) f32. */
  restore: ['count', 'places', 'held', 'values'],
} as const;

export type InstructionName = keyof typeof instructions;

/** Opcodes in table order. */
export const instructionNames = Object.keys(instructions) as readonly InstructionName[];

/** An instruction by name, before it is encoded. */
export type Instruction = {
  readonly [Name in InstructionName]: { readonly op: Name } & {
    readonly [Operand in (typeof instructions)[Name][number]]: number;
  };
}[InstructionName];

/** f32 values in a row of the constants table. */
export const CONSTANTS_ROW = 16;

/** Words of scratch memory that update instructions may use. */
export const SCRATCH_WORDS = 4096;

/** How the bits of a mask come from its scores: drawn (sampleMask), or the largest (topMask). */
export const maskKinds = { sampled: 0, top: 1 } as const;

export const optimizerCodes = { gradient: 0, sgd: 1, momentum: 2, adam: 3 } as const;

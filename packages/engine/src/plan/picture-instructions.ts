const windows = ['channels', 'height', 'width', 'rows', 'columns', 'stride', 'blocks'] as const;
const subsampled = ['channels', 'height', 'width', 'outputs', 'stride', 'blocks'] as const;
/** `scratchWords` words of working memory for each part of a divided instruction. */
export const partScratch = ['scratch', 'scratchWords'] as const;
const channelled = ['channels', 'height', 'width', 'blocks'] as const;

/** Instructions of pictures beyond convolutions and max pooling, as in `instructions`: means, shortcuts, sums, batch normalisation. */
export const pictureInstructions = {
  /**
   * gather, of pictures (features ÷ (height × width) channels) that are moved first: pixel (r, q) is pixel (r + rows, q + columns) of the example, mirrored
   * left to right if flipped, and byte 0 outside of it. moves: (steps, batch) i32: flipped + 2⁸ × (rows + 128) + 2¹⁶ × (columns + 128).
   * scratch: 64 × features bytes.
   */
  gatherPictures: [
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
    'height',
    'width',
    'moves',
    'scratch',
  ],

  /**
   * y[i] = x[i] × factor + 0 where word i of the stream is below bound (as u32), else +0; also +0 where gate is not > 0; gate 0 means no gate. count: words
   * of x, a multiple of 64. factor: 1 f32. stream: 4 i32: its key and the middle words of its counter. counters: (steps) i32, its last word for each step.
   */
  dropout: ['count', 'x', 'gate', 'y', 'bound', 'factor', 'stream', 'counters'],

  /** y: the mean of each window of rows × columns of each channel of x, `stride` apart; windows lie wholly inside. */
  averagePool: [...windows, 'x', 'y'],

  /** The gradient at x, zero where gate (x itself) is not > 0; gate 0 means no gate. */
  averagePoolInputGradient: [...windows, 'dy', 'gate', 'dx'],

  /**
   * y: pictures (outputs, ⌈height ÷ stride⌉, ⌈width ÷ stride⌉), outputs ≥ channels: every stride-th pixel of every stride-th row of x, and zeros in the
   * channels beyond those of x.
   */
  subsample: [...subsampled, 'x', 'y'],

  /** The gradient at x, zero where gate is not > 0; gate 0 means no gate. */
  subsampleInputGradient: [...subsampled, 'dy', 'gate', 'dx'],

  /** y = a + b, then ReLU if relu is 1. count: words of each, a multiple of 64. */
  add: ['count', 'a', 'b', 'y', 'relu'],

  /** dx = dx + dy, where gate is > 0; gate 0 means everywhere. count as in add. */
  addGradient: ['count', 'dy', 'gate', 'dx'],

  /**
   * Batch normalisation with the statistics of the batch (docs/arithmetic.md), plus what is `added` (pictures like y; 0 for nothing), then ReLU if relu is 1;
   * zero in lanes beyond sizes[step]. x, y: pictures (channels, height, width), which overlap nothing else. values: (4, channels) f32: scale, shift, running mean, running variance; the last two move by constants[9] and
   * constants[10]. statistics: (4, channels) f32: mean and 1 ÷ deviation; the others are for the update. scratch: as `normScratch` says.
   */
  batchNorm: [...channelled, 'sizes', 'x', 'values', 'statistics', 'constants', 'added', 'y', 'relu', ...partScratch],

  /** The same with the running statistics, in all lanes; nothing moves. */
  runningBatchNorm: [...channelled, 'x', 'values', 'added', 'y', 'relu'],

  /**
   * dx: the gradient at x of batchNorm, given dy at its result before the ReLU, zero in lanes beyond sizes[step]; then the optimizer's step of scale and shift,
   * without decay. statistics: as batchNorm leaves it; takes the gradients of scale and shift. first, second: (2, channels) f32. Others as denseUpdate.
   */
  batchNormUpdate: [
    ...channelled,
    'sizes',
    'x',
    'dy',
    'dx',
    'statistics',
    'optimizer',
    'values',
    'first',
    'second',
    'constants',
    'layer',
    ...partScratch,
  ],
} as const;

const windows = ['channels', 'height', 'width', 'rows', 'columns', 'stride', 'blocks'] as const;
const subsampled = ['channels', 'height', 'width', 'outputs', 'stride', 'blocks'] as const;
const channelled = ['channels', 'height', 'width', 'blocks'] as const;

/** Instructions of pictures beyond convolutions and max pooling, as in `instructions`: means, shortcuts, sums, batch normalisation. */
export const pictureInstructions = {
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
   * Batch normalisation with the statistics of the batch (docs/arithmetic.md), then ReLU if relu is 1; zero in lanes beyond sizes[step]. x, y: pictures
   * (channels, height, width). values: (4, channels) f32: scale, shift, running mean, running variance; the last two move by constants[9] and
   * constants[10]. statistics: (4, channels) f32: mean and 1 ÷ deviation; the others are for the update.
   */
  batchNorm: [...channelled, 'sizes', 'x', 'values', 'statistics', 'constants', 'y', 'relu'],

  /** The same with the running statistics, in all lanes; nothing moves. */
  runningBatchNorm: [...channelled, 'x', 'values', 'y', 'relu'],

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
  ],
} as const;

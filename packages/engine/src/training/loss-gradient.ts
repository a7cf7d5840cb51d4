import { hardlyJudged } from '../data/hardly-judged.js';
import type { Parameters } from '../parameters.js';
import { startTraining } from './start.js';
import type { TrainingOptions } from './training.js';

/** What a gradient is taken at, and over which examples. */
export type GradientOptions = Pick<
  TrainingOptions,
  'backend' | 'network' | 'masks' | 'data' | 'seed' | 'trial' | 'threads' | 'order'
> & {
  /** Values of the survivors, where the gradient is taken. */
  readonly at: Parameters;
  /** How many examples: the first of the trial's order. All there are, if that is fewer. */
  readonly examples: number;
};

/**
 * The gradient of the mean loss over training examples, of every survivor and bias, with the bits of a training step on every
 * backend: the velocity of momentum after its first step, v = μ·0 + g. What |g| < 2⁻⁵⁰ is becomes 0 (docs/arithmetic.md, "Flushing").
 *
 * @throws RunError if it is not finite
 */
export function lossGradient({ at, examples, ...options }: GradientOptions): Parameters {
  const run = startTraining({
    ...options,
    start: at,
    startIteration: 0,
    data: hardlyJudged(options.data),
    recipe: {
      initialisation: 'glorot-normal',
      optimizer: { name: 'momentum', rate: 0, momentum: 0 },
      schedule: { kind: 'constant' },
      warmup: 0,
      weightDecay: 0,
      augmentation: [],
      batch: Math.min(examples, options.data.train.count),
      iterations: 1,
      evaluateEvery: 1,
    },
  });
  try {
    while (run.next() !== null);
    const { arrays } = run.save();
    return at.map((_, l) => ({
      weights: arrays[`layer.${l}.weights.first`],
      biases: arrays[`layer.${l}.biases.first`],
    }));
  } finally {
    run.close();
  }
}

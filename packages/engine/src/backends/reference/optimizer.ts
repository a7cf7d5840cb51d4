import { CONSTANTS_ROW, optimizerCodes } from '../../plan/instructions.js';
import type { Memory } from './memory.js';

const TWO_TO_50 = 0x4_0000_0000_0000;
/** Smaller gradients become +0. */
const SMALLEST_GRADIENT = 1 / TWO_TO_50;
/** Smaller first moments become +0. */
const SMALLEST_FIRST = 1 / TWO_TO_50 / TWO_TO_50;
/** Smaller second moments become +0. */
const SMALLEST_SECOND = 1 / TWO_TO_50 / TWO_TO_50 / 0x10_0000;

/** Where the values of an update lie; `first` and `second` are 0 where the optimizer needs none. */
export interface Updated {
  readonly optimizer: number;
  readonly values: number;
  readonly first: number;
  readonly second: number;
  readonly constants: number;
}

/**
 * One optimizer step for value number `i`, whose gradient is `gradient` (docs/arithmetic.md, "Optimizers").
 * @param decays whether weight decay applies: to weights, not to biases
 * @returns whether what was written is finite
 */
export function optimize(
  { floats }: Memory,
  step: number,
  u: Updated,
  i: number,
  gradient: number,
  decays: boolean,
): boolean {
  const round = Math.fround;
  const row = u.constants + step * CONSTANTS_ROW;
  const value = floats[u.values + i];
  let g = Math.abs(gradient) < SMALLEST_GRADIENT ? 0 : gradient;

  if (u.optimizer === optimizerCodes.gradient) {
    floats[u.first + i] = g;
    return Number.isFinite(g);
  }

  const decay = floats[row + 1];
  if (decays && decay !== 0) g = round(g + round(decay * value));

  let change: number;
  switch (u.optimizer) {
    case optimizerCodes.sgd: {
      change = round(floats[row] * g);
      break;
    }
    case optimizerCodes.momentum: {
      const first = flushed(round(round(floats[row + 2] * floats[u.first + i]) + g), SMALLEST_FIRST);
      floats[u.first + i] = first;
      change = round(floats[row] * first);
      break;
    }
    case optimizerCodes.adam: {
      const [stepSize, , beta1, oneMinusBeta1, beta2, oneMinusBeta2, correction, epsilon] = floats.subarray(row);
      const first = flushed(round(round(beta1 * floats[u.first + i]) + round(oneMinusBeta1 * g)), SMALLEST_FIRST);
      const second = flushed(
        round(round(beta2 * floats[u.second + i]) + round(round(oneMinusBeta2 * g) * g)),
        SMALLEST_SECOND,
      );
      floats[u.first + i] = first;
      floats[u.second + i] = second;
      const denominator = round(round(round(Math.sqrt(second)) * correction) + epsilon);
      change = round(round(stepSize * first) / denominator);
      break;
    }
    default:
      throw new RangeError(`there is no optimizer number ${u.optimizer}`);
  }
  const updated = round(value - change) + 0;
  floats[u.values + i] = updated;
  return Number.isFinite(updated);
}

function flushed(moment: number, smallest: number): number {
  return Math.abs(moment) < smallest ? 0 : moment;
}

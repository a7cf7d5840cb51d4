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
}

/** A step's row of the constants table. */
export interface StepConstants {
  /** Adam's rate ÷ (1 − β₁ᵗ); the rate itself elsewhere. */
  readonly rate: number;
  readonly decay: number;
  /** β₁, or the momentum μ. */
  readonly beta1: number;
  readonly oneMinusBeta1: number;
  readonly beta2: number;
  readonly oneMinusBeta2: number;
  /** 1 ÷ √(1 − β₂ᵗ) */
  readonly correction: number;
  readonly epsilon: number;
}

export function stepConstants({ floats }: Memory, table: number, step: number): StepConstants {
  const row = table + step * CONSTANTS_ROW;
  return {
    rate: floats[row],
    decay: floats[row + 1],
    beta1: floats[row + 2],
    oneMinusBeta1: floats[row + 3],
    beta2: floats[row + 4],
    oneMinusBeta2: floats[row + 5],
    correction: floats[row + 6],
    epsilon: floats[row + 7],
  };
}

/**
 * One optimizer step for value number `i`, whose gradient is `gradient` (docs/arithmetic.md, "Optimizers").
 * @param decay 0 for biases
 * @returns whether what was written is finite
 */
export function optimize(
  { floats }: Memory,
  u: Updated,
  constants: StepConstants,
  i: number,
  gradient: number,
  decay: number,
): boolean {
  const round = Math.fround;
  const { rate, beta1, oneMinusBeta1, beta2, oneMinusBeta2, correction, epsilon } = constants;
  const value = floats[u.values + i];
  let g = Math.abs(gradient) < SMALLEST_GRADIENT ? 0 : gradient;

  if (u.optimizer === optimizerCodes.gradient) {
    floats[u.first + i] = g;
    return Number.isFinite(g);
  }

  if (decay !== 0) g = round(g + round(decay * value));

  let change: number;
  switch (u.optimizer) {
    case optimizerCodes.sgd: {
      change = round(rate * g);
      break;
    }
    case optimizerCodes.momentum: {
      const first = flushed(round(round(beta1 * floats[u.first + i]) + g), SMALLEST_FIRST);
      floats[u.first + i] = first;
      change = round(rate * first);
      break;
    }
    case optimizerCodes.adam: {
      const first = flushed(round(round(beta1 * floats[u.first + i]) + round(oneMinusBeta1 * g)), SMALLEST_FIRST);
      const second = flushed(
        round(round(beta2 * floats[u.second + i]) + round(round(oneMinusBeta2 * g) * g)),
        SMALLEST_SECOND,
      );
      floats[u.first + i] = first;
      floats[u.second + i] = second;
      const denominator = round(round(round(Math.sqrt(second)) * correction) + epsilon);
      change = round(round(rate * first) / denominator);
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

import { CONSTANTS_ROW } from '../plan/instructions.js';
import type { Optimizer } from './recipe.js';

/** β₁ᵗ and β₂ᵗ after t steps of Adam, as running products in f64; 1 at the start. Other optimizers leave them at 1. */
export interface RunningPowers {
  beta1: number;
  beta2: number;
}

/** What a batch's statistics are of the running ones after it (docs/arithmetic.md, "Batch normalisation"). */
const STATISTICS_SHARE = 0.1;

/**
 * Writes a step's row of the constants table (see `denseUpdate` in the instruction table) and moves the powers on by
 * one step. Everything is computed in f64 and rounded once to f32 (docs/arithmetic.md, "Optimizers").
 *
 * @param table (steps, CONSTANTS_ROW) f32 from word `offset` on
 */
export function writeStepConstants(
  table: Float32Array,
  offset: number,
  row: number,
  optimizer: Optimizer,
  rate: number,
  weightDecay: number,
  powers: RunningPowers,
): void {
  const at = offset + row * CONSTANTS_ROW;
  table[at] = rate;
  table[at + 1] = weightDecay;
  table[at + 9] = STATISTICS_SHARE;
  table[at + 10] = 1 - STATISTICS_SHARE;
  switch (optimizer.name) {
    case 'sgd':
      return;
    case 'momentum':
      table[at + 2] = optimizer.momentum;
      return;
    case 'adam': {
      const { beta1, beta2, epsilon } = optimizer;
      powers.beta1 *= beta1;
      powers.beta2 *= beta2;
      table[at] = rate / (1 - powers.beta1);
      table[at + 2] = beta1;
      table[at + 3] = 1 - beta1;
      table[at + 4] = beta2;
      table[at + 5] = 1 - beta2;
      table[at + 6] = 1 / Math.sqrt(1 - powers.beta2);
      table[at + 7] = epsilon;
    }
  }
}

import { CONSTANTS_ROW, type optimizerCodes } from '../../plan/instructions.js';
import type { Optimizer } from '../../recipe/recipe.js';
import { writeStepConstants } from '../../recipe/step-constants.js';

/** Optimizers as the kernels know them. */
export type OptimizerName = keyof typeof optimizerCodes;

/** The constants of a training's first steps, with a rate that changes from step to step. */
export function constantsTable(
  of: { readonly optimizer: OptimizerName; readonly rate: number; readonly decay: number },
  steps: number,
): Float32Array {
  const table = new Float32Array(steps * CONSTANTS_ROW);
  const powers = { beta1: 1, beta2: 1 };
  for (let step = 0; step < steps; step++) {
    const rate = of.rate / (1 + step);
    writeStepConstants(table, 0, step, settings(of.optimizer, rate), rate, of.decay, powers);
  }
  return table;
}

function settings(name: OptimizerName, rate: number): Optimizer {
  switch (name) {
    case 'gradient':
    case 'sgd':
      return { name: 'sgd', rate };
    case 'momentum':
      return { name, rate, momentum: 0.9 };
    case 'adam':
      return { name, rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  }
}

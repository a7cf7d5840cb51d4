import { suggestion, UserError } from '@winnow/arithmetic';
import type { Optimizer } from './recipe.js';

/** Each optimizer as it is when nothing else is asked for. Adam's settings are those of Kingma & Ba 2015, §2. */
const optimizers: { readonly [Name in Optimizer['name']]: Extract<Optimizer, { name: Name }> } = {
  sgd: { name: 'sgd', rate: 0.1 },
  momentum: { name: 'momentum', rate: 0.1, momentum: 0.9 },
  adam: { name: 'adam', rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

export const optimizerNames = Object.keys(optimizers) as readonly Optimizer['name'][];

/**
 * The optimizer with its usual settings.
 * @throws UserError for an unknown name, listing the known ones and suggesting the nearest
 */
export function optimizerByName(name: string): Optimizer {
  const known = optimizerNames.find((candidate) => candidate === name);
  if (known !== undefined) return optimizers[known];
  throw new UserError(
    `There is no optimizer "${name}".${suggestion(name, optimizerNames)} Known optimizers: ${optimizerNames.join(', ')}.`,
  );
}

import type { Arena } from '../backends/backend.js';
import type { LaidOutData } from '../data/laid-out-data.js';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import { type Parameters, requireParametersOf } from '../parameters.js';
import { writeContents, writeParameters } from '../plan/arena-access.js';
import { compilePlan } from '../plan/compile.js';
import type { EvaluationPart } from '../plan/plan.js';
import { type Shareable, threadsOf } from './threads.js';

/** How a network does on a set. */
export interface Evaluation {
  /** Mean cross-entropy per example. */
  readonly loss: number;
  /** Fraction of examples classified right, 0 to 1. */
  readonly accuracy: number;
}

/** Judges a whole set with the parameters that the arena holds: blocks are added in order, in f64. */
export function evaluate(arena: Arena, part: EvaluationPart): Evaluation {
  arena.run(part.program.offset, part.blocks);
  let loss = 0;
  let correct = 0;
  for (let block = 0; block < part.blocks; block++) {
    loss += arena.floats[part.results.offset + 2 * block];
    correct += arena.words[part.results.offset + 2 * block + 1];
  }
  return { loss: loss / part.count, accuracy: correct / part.count };
}

/** What `evaluateParameters` judges. */
export interface EvaluationOptions extends Shareable {
  readonly network: Network;
  readonly masks: Masks;
  readonly parameters: Parameters;
  readonly data: LaidOutData;
}

/** Judges parameters on the validation or test set: the same numbers as in a training's rows. */
export function evaluateParameters(options: EvaluationOptions, set: 'validation' | 'test'): Evaluation {
  const { backend, network, masks, parameters, data } = options;
  requireParametersOf(network, masks, parameters);
  const plan = compilePlan({ network, masks, data, training: null, threads: threadsOf(options), parameters });
  const arena = backend.open(plan.words, data.bytes, plan.threads);
  try {
    writeContents(plan, arena);
    writeParameters(plan, arena, parameters);
    return evaluate(arena, plan.evaluation[set]);
  } finally {
    arena.close();
  }
}

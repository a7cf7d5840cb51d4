import { randomStream } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import type { Plan } from '../plan/plan.js';

/** Writes the stream that each dropout of a plan draws from. */
export function writeDropoutStreams(
  { dropoutStreams }: Pick<Plan, 'dropoutStreams'>,
  arena: Arena,
  { seed, trial }: { readonly seed: number; readonly trial: number },
): void {
  for (const [layer, { offset }] of dropoutStreams.entries()) {
    const { key0, key1, counter1, counter2 } = randomStream({ kind: 'dropout', seed, trial, iteration: 0, layer });
    arena.words.set([key0, key1, counter1, counter2], offset);
  }
}

import { setImmediate as pause } from 'node:timers/promises';
import {
  type Backend,
  type ChangingData,
  type DataOrder,
  type LaidOutData,
  type Masks,
  type Network,
  type Parameters,
  type Recipe,
  startTraining,
  trainByEpochs,
} from '@winnow/engine';

/** Where survivors are trained on. */
export interface Bench {
  readonly backend: Backend;
  /** That share large layers. */
  readonly threads: number;
  readonly network: Network;
  readonly data: LaidOutData;
  /** null where the data stays as it is. */
  readonly changing: ChangingData | null;
  readonly order: DataOrder;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** How often a training looks whether it should stop. */
const LOOKS = 10;

/**
 * Trains survivors on, whatever they are, with half a cosine of the recipe's rate.
 *
 * @param frozen which weights keep their values
 * @param progress told the share that is done
 * @throws RunError if a value is not finite; the signal's reason if it aborts
 */
export async function tune(
  bench: Bench,
  masks: Masks,
  start: Parameters,
  given: Recipe,
  frozen: Masks | null,
  progress: (share: number) => void,
): Promise<Parameters> {
  const { backend, threads, network, data, changing, order, seed, signal } = bench;
  const evaluateEvery = Math.ceil(given.iterations / LOOKS);
  const recipe: Recipe = { ...given, schedule: { kind: 'cosine' }, warmup: 0, evaluateEvery };
  const options = {
    ...{ backend, threads, network, masks, start, recipe, seed, order },
    ...{ trial: 0, startIteration: 0, ...(frozen && { frozen }) },
  };
  const look = async (share: number): Promise<void> => {
    progress(share);
    await pause();
    signal?.throwIfAborted();
  };
  if (changing !== null) {
    const training = trainByEpochs(options, changing);
    for (let step = training.next(); ; step = training.next()) {
      if (step.done === true) return step.value.parameters;
      await look(step.value);
    }
  }
  const run = startTraining({ ...options, data });
  try {
    while (run.next() !== null) await look(run.iteration / recipe.iterations);
    return run.result().parameters;
  } finally {
    run.close();
  }
}

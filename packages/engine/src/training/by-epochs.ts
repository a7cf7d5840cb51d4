import type { ChangingData } from '../data/changing-data.js';
import { startTraining } from './start.js';
import type { SavedRun, TrainingOptions, TrainingResult } from './training.js';

/**
 * A training whose data changes from epoch to epoch, with the bits of one training throughout. It is evaluated after every epoch,
 * whatever the recipe says.
 *
 * @yields the share that is done, 0 to 1, after each epoch
 * @throws as `startTraining`
 */
export function* trainByEpochs(
  options: Omit<TrainingOptions, 'data'>,
  { data, toEpoch }: ChangingData,
): Generator<number, TrainingResult> {
  const { batch, iterations } = options.recipe;
  const batches = Math.ceil(data.train.count / batch);
  const recipe = { ...options.recipe, evaluateEvery: batches };
  let saved: SavedRun | undefined;
  for (let epoch = 0; ; epoch++) {
    toEpoch(epoch);
    const run = startTraining({ ...options, recipe, data }, saved);
    try {
      if (saved === undefined) run.next();
      run.next();
      if (run.iteration >= iterations) return run.result();
      saved = run.save();
      yield run.iteration / iterations;
    } finally {
      run.close();
    }
  }
}

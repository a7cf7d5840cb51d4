import { digestParameters } from '../parameters.js';
import { readParameters } from '../plan/arena-access.js';
import { storedWeights } from '../plan/describe.js';
import { earlyStopRow } from './early-stop.js';
import { median } from './median.js';
import type { State } from './state.js';
import type { TrainingResult } from './training.js';
import type { Workplace } from './workplace.js';

/** What a training that has reached its end gave. @throws Error before that */
export function result({ options, plan, arena }: Workplace, state: State): TrainingResult {
  const stop = earlyStopRow(state.rows);
  const last = state.rows.at(-1);
  if (stop === null || last === undefined || (state.iteration < options.recipe.iterations && !state.isStopped)) {
    throw new Error(
      `the training has a result after iteration ${options.recipe.iterations}, not at ${state.iteration}`,
    );
  }
  const parameters = readParameters(plan, arena);
  const { iteration, validationLoss, validationAccuracy, testAccuracy } = stop;
  return {
    rows: [...state.rows],
    earlyStop: { iteration, validationLoss, validationAccuracy, testAccuracy },
    final: {
      trainLoss: state.recent.mean(),
      validationLoss: last.validationLoss,
      validationAccuracy: last.validationAccuracy,
      testAccuracy: last.testAccuracy,
    },
    parameters,
    snapshots: new Map(state.snapshots),
    digest: digestParameters(parameters),
    stored: storedWeights(plan),
    microsecondsPerStep: median(state.callMicroseconds),
    evaluationSeconds: state.evaluationSeconds,
    trainingSeconds: state.trainingSeconds,
  };
}

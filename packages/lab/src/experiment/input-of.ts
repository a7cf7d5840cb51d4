import { criterionInput } from '../criteria/criterion-source.js';
import type { Experiment } from './experiment.js';
import type { ExperimentInput } from './schema.js';

/** An experiment as one would write it with nothing left to defaults: what `experiment.json` holds. */
export function inputOf(experiment: Experiment): ExperimentInput & Record<string, unknown> {
  const { network, data, split, recipe, pruning, levels, schedules, rewind } = experiment;
  const { mask1, mask0, earlyBird, controls, controlLevels, trials, seed } = experiment;
  return {
    network,
    data: typeof data === 'string' ? data : data.name,
    split,
    recipe,
    pruning: { ...pruning, criterion: criterionInput(pruning.criterion), rounds: levels },
    schedule: schedules,
    rewind: rewind.kind === 'rate' ? 'rate' : rewind.iteration,
    mask1,
    mask0,
    ...(earlyBird && { earlyBird }),
    controls,
    ...(controlLevels !== undefined && { controlLevels }),
    trials,
    seed,
  };
}

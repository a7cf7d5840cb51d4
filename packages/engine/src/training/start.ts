import { readParameters, writeContents, writeParameters } from '../plan/arena-access.js';
import { holdFrozen } from '../plan/frozen.js';
import { byRows } from './by-rows.js';
import { writeDropoutStreams } from './dropout-streams.js';
import { evaluationRow, stopAtRow } from './evaluation-row.js';
import { result } from './result.js';
import { restoreArena } from './saved-run.js';
import { newState, restoredState, type State, save } from './state.js';
import { trainCall } from './train.js';
import type { SavedRun, TrainingOptions, TrainingRun } from './training.js';
import { openWorkplace, type Workplace } from './workplace.js';

/**
 * Starts a training, or goes on with a saved one. It must be closed.
 * @throws UserError if the recipe leaves nothing to train or the network does not fit the data; RangeError if masks or
 * parameters do not fit the network; RunError if the checkpoint does not belong to this training
 */
export function startTraining(options: TrainingOptions, saved?: SavedRun): TrainingRun {
  const workplace = openWorkplace(options);
  const { plan, arena } = workplace;
  try {
    writeContents(plan, arena);
    writeDropoutStreams(plan, arena, options);
    if (saved === undefined) writeParameters(plan, arena, options.start);
    else restoreArena(plan, arena, saved.arrays);
    holdFrozen(plan, arena);
    return runOf(workplace, saved === undefined ? newState(workplace) : restoredState(workplace, saved));
  } catch (error) {
    arena.close();
    throw error;
  }
}

function runOf(workplace: Workplace, state: State): TrainingRun {
  const { advance, next } = byRows(
    workplace.options.recipe,
    state,
    (target) => trainCall(workplace, state, target),
    (trainLoss) => evaluationRow(workplace, state, trainLoss),
  );
  return {
    get iteration() {
      return state.iteration;
    },
    snapshots: state.snapshots,
    advance,
    next,
    parameters: () => readParameters(workplace.plan, workplace.arena),
    stop: () => stopAtRow(workplace, state),
    save: () => save(workplace, state),
    result: () => result(workplace, state),
    close: () => workplace.arena.close(),
  };
}

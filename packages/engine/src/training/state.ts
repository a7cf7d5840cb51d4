import type { Parameters } from '../parameters.js';
import { readParameters } from '../plan/arena-access.js';
import type { RunningPowers } from '../recipe/step-constants.js';
import { type RecentLosses, recentLosses } from './recent-losses.js';
import { parameterArrays, parametersFrom, saveArena } from './saved-run.js';
import type { MetricRow, SavedRun } from './training.js';
import type { Workplace } from './workplace.js';

/** Where a run stands. Everything that a checkpoint holds besides the arena. */
export interface State {
  iteration: number;
  readonly powers: RunningPowers;
  readonly rows: MetricRow[];
  readonly recent: RecentLosses;
  /** Sum of the batches' losses since the last row. */
  lossesSinceRow: number;
  readonly snapshots: Map<number, Parameters>;
  /** Microseconds a step took, for each call. */
  readonly callMicroseconds: number[];
  trainingSeconds: number;
  evaluationSeconds: number;
  /** Whether the training was ended before its recipe. */
  isStopped: boolean;
}

export function newState(workplace: Workplace): State {
  const state: State = {
    iteration: workplace.options.startIteration,
    powers: { beta1: 1, beta2: 1 },
    rows: [],
    recent: recentLosses(),
    lossesSinceRow: 0,
    snapshots: new Map(),
    callMicroseconds: [],
    trainingSeconds: 0,
    evaluationSeconds: 0,
    isStopped: false,
  };
  keepSnapshot(workplace, state);
  return state;
}

/** Keeps the parameters if they were asked for at this iteration. */
export function keepSnapshot({ plan, arena, snapshotAt }: Workplace, state: State): void {
  if (snapshotAt.includes(state.iteration)) state.snapshots.set(state.iteration, readParameters(plan, arena));
}

export function save({ plan, arena }: Workplace, state: State): SavedRun {
  const snapshots = [...state.snapshots].map(([at, parameters]) => parameterArrays(`snapshot.${at}`, parameters));
  return {
    meta: {
      iteration: state.iteration,
      beta1Power: state.powers.beta1,
      beta2Power: state.powers.beta2,
      rows: [...state.rows],
      lossesSinceRow: state.lossesSinceRow,
      snapshots: [...state.snapshots.keys()],
      callMicroseconds: [...state.callMicroseconds],
      trainingSeconds: state.trainingSeconds,
      evaluationSeconds: state.evaluationSeconds,
    },
    arrays: Object.assign({ losses: state.recent.values() }, saveArena(plan, arena), ...snapshots),
  };
}

export function restoredState({ plan }: Workplace, { meta, arrays }: SavedRun): State {
  return {
    iteration: meta.iteration,
    powers: { beta1: meta.beta1Power, beta2: meta.beta2Power },
    rows: [...meta.rows],
    recent: recentLosses(arrays.losses),
    lossesSinceRow: meta.lossesSinceRow ?? 0,
    snapshots: new Map(meta.snapshots.map((at) => [at, parametersFrom(`snapshot.${at}`, plan, arrays)])),
    callMicroseconds: [...meta.callMicroseconds],
    trainingSeconds: meta.trainingSeconds,
    evaluationSeconds: meta.evaluationSeconds,
    isStopped: false,
  };
}

import { UserError } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import { digestParameters, type Parameters, requireParametersOf } from '../parameters.js';
import { readParameters, writeContents, writeParameters } from '../plan/arena-access.js';
import { compilePlan } from '../plan/compile.js';
import { storedWeights } from '../plan/describe.js';
import { type Plan, STEPS_PER_CALL, type TrainingPart } from '../plan/plan.js';
import type { RunningPowers } from '../recipe/step-constants.js';
import { type DataOrder, dataOrder } from './data-order.js';
import { earlyStopRow } from './early-stop.js';
import { evaluate } from './evaluate.js';
import { faultError, notFinite } from './faults.js';
import { median } from './median.js';
import { type RecentLosses, recentLosses } from './recent-losses.js';
import { parameterArrays, parametersFrom, restoreArena, saveArena } from './saved-run.js';
import { judgesTest, nextEvaluation } from './schedule.js';
import { writeBatches, writeConstants } from './step-tables.js';
import type { MetricRow, SavedRun, TrainingOptions, TrainingResult, TrainingRun } from './training.js';

/** Where a run stands. Everything that a checkpoint holds besides the arena. */
interface State {
  iteration: number;
  readonly powers: RunningPowers;
  readonly rows: MetricRow[];
  readonly recent: RecentLosses;
  readonly snapshots: Map<number, Parameters>;
  /** Microseconds a step took, for each call. */
  readonly callMicroseconds: number[];
  trainingSeconds: number;
  evaluationSeconds: number;
}

/** What a run works with: it does not change. */
interface Workplace {
  readonly options: TrainingOptions;
  readonly plan: Plan;
  readonly part: TrainingPart;
  readonly arena: Arena;
  readonly order: DataOrder;
  /** Ascending. */
  readonly snapshotAt: readonly number[];
}

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
    if (saved === undefined) writeParameters(plan, arena, options.start);
    else restoreArena(plan, arena, saved.arrays);
    return runOf(workplace, saved === undefined ? newState(workplace) : restoredState(workplace, saved));
  } catch (error) {
    arena.close();
    throw error;
  }
}

function runOf(workplace: Workplace, state: State): TrainingRun {
  return {
    get iteration() {
      return state.iteration;
    },
    next: () => next(workplace, state),
    save: () => save(workplace, state),
    result: () => result(workplace, state),
    close: () => workplace.arena.close(),
  };
}

function openWorkplace(options: TrainingOptions): Workplace {
  const { backend, network, masks, start, recipe, data, seed, trial, startIteration } = options;
  if (!(Number.isInteger(startIteration) && startIteration >= 0 && startIteration < recipe.iterations)) {
    throw new UserError(
      `A training of ${recipe.iterations} iterations cannot start at iteration ${startIteration}. Rewind to an earlier one.`,
    );
  }
  requireParametersOf(network, masks, start);
  const order = options.order ?? dataOrder({ seed, trial, count: data.train.count });
  if (order.seed !== seed || order.trial !== trial || order.count !== data.train.count) {
    throw new RangeError('the data order belongs to another seed, trial or training set');
  }
  const training = { optimizer: recipe.optimizer.name, batch: recipe.batch };
  const plan = compilePlan({ network, masks, data, training });
  if (plan.training === null) throw new Error('a plan for training has a training part');
  const snapshotAt = (options.snapshotAt ?? []).toSorted((a, b) => a - b);
  return { options, plan, part: plan.training, arena: backend.open(plan.words, data.bytes), order, snapshotAt };
}

function newState(workplace: Workplace): State {
  const state: State = {
    iteration: workplace.options.startIteration,
    powers: { beta1: 1, beta2: 1 },
    rows: [],
    recent: recentLosses(),
    snapshots: new Map(),
    callMicroseconds: [],
    trainingSeconds: 0,
    evaluationSeconds: 0,
  };
  keepSnapshot(workplace, state);
  return state;
}

/** Trains to the next evaluation, or to none for the first row, and evaluates. */
function next(workplace: Workplace, state: State): MetricRow | null {
  const { recipe } = workplace.options;
  if (state.rows.length === 0) return evaluationRow(workplace, state, null);
  if (state.iteration === recipe.iterations) return null;
  const target = nextEvaluation(recipe, state.iteration);
  const steps = target - state.iteration;
  let losses = 0;
  while (state.iteration < target) losses += trainCall(workplace, state, target);
  return evaluationRow(workplace, state, losses / steps);
}

/** One call into the kernels. @returns the sum of the batches' losses */
function trainCall(workplace: Workplace, state: State, target: number): number {
  const { options, part, arena, order, snapshotAt } = workplace;
  const before = state.iteration;
  const stop = snapshotAt.find((iteration) => iteration > before) ?? target;
  const steps = Math.min(stop - before, target - before, STEPS_PER_CALL);
  writeBatches(arena, part, order, before, steps);
  writeConstants(arena, part, options.recipe, options.scheduleFrom ?? 'start', state.powers, before, steps);

  const started = performance.now();
  const fault = arena.run(part.program.offset, steps);
  const microseconds = 1000 * (performance.now() - started);
  if (fault !== null) throw faultError(options.network, fault, before);

  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const loss = arena.floats[part.losses.offset + step];
    sum += loss;
    state.recent.add(loss);
  }
  state.iteration += steps;
  state.callMicroseconds.push(microseconds / steps);
  state.trainingSeconds += microseconds / 1e6;
  keepSnapshot(workplace, state);
  return sum;
}

function keepSnapshot({ plan, arena, snapshotAt }: Workplace, state: State): void {
  if (snapshotAt.includes(state.iteration)) state.snapshots.set(state.iteration, readParameters(plan, arena));
}

function evaluationRow({ options, plan, arena }: Workplace, state: State, trainLoss: number | null): MetricRow {
  const started = performance.now();
  const { iteration, rows } = state;
  const validation = evaluate(arena, plan.evaluation.validation);
  if (!Number.isFinite(validation.loss)) throw notFinite('the validation loss', iteration);
  const best = earlyStopRow(rows)?.validationLoss ?? Number.POSITIVE_INFINITY;
  const isNewMinimum = rows.length > 0 && validation.loss < best;
  const test = judgesTest(rows.length, isNewMinimum, iteration === options.recipe.iterations)
    ? evaluate(arena, plan.evaluation.test)
    : null;
  if (test !== null && !Number.isFinite(test.loss)) throw notFinite('the test loss', iteration);
  const row: MetricRow = {
    iteration,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    testLoss: test?.loss ?? null,
    testAccuracy: test?.accuracy ?? null,
    trainLoss,
  };
  rows.push(row);
  state.evaluationSeconds += (performance.now() - started) / 1000;
  return row;
}

function save({ plan, arena }: Workplace, state: State): SavedRun {
  const snapshots = [...state.snapshots].map(([at, parameters]) => parameterArrays(`snapshot.${at}`, parameters));
  return {
    meta: {
      iteration: state.iteration,
      beta1Power: state.powers.beta1,
      beta2Power: state.powers.beta2,
      rows: [...state.rows],
      snapshots: [...state.snapshots.keys()],
      callMicroseconds: [...state.callMicroseconds],
      trainingSeconds: state.trainingSeconds,
      evaluationSeconds: state.evaluationSeconds,
    },
    arrays: Object.assign({ losses: state.recent.values() }, saveArena(plan, arena), ...snapshots),
  };
}

function restoredState({ plan }: Workplace, { meta, arrays }: SavedRun): State {
  return {
    iteration: meta.iteration,
    powers: { beta1: meta.beta1Power, beta2: meta.beta2Power },
    rows: [...meta.rows],
    recent: recentLosses(arrays.losses),
    snapshots: new Map(meta.snapshots.map((at) => [at, parametersFrom(`snapshot.${at}`, plan, arrays)])),
    callMicroseconds: [...meta.callMicroseconds],
    trainingSeconds: meta.trainingSeconds,
    evaluationSeconds: meta.evaluationSeconds,
  };
}

function result({ options, plan, arena }: Workplace, state: State): TrainingResult {
  const stop = earlyStopRow(state.rows);
  const last = state.rows.at(-1);
  if (stop === null || last === undefined || state.iteration < options.recipe.iterations) {
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

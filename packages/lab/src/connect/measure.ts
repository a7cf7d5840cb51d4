import { setImmediate } from 'node:timers/promises';
import { UserError } from '@winnow/arithmetic';
import {
  type Backend,
  type DataOrder,
  dataOrder,
  evaluateParameters,
  fullMasks,
  initialParameters,
  type LaidOutData,
  type Parameters,
  startTraining,
  type TrainingOptions,
  weightLayers,
} from '@winnow/engine';
import type { Experiment } from '../experiment/experiment.js';
import { barrierOf, type Connection, type LinePoint } from './connectivity.js';

/** Places on a line, its ends included. */
const LINE_POINTS = 11;
/** Trials of an experiment are fewer, so that this is the order of no other training. */
const OTHER_ORDER = 0x8000_0000;

/** What connections are measured with. */
export interface Ground {
  readonly experiment: Experiment;
  readonly backend: Backend;
  readonly data: LaidOutData;
  readonly trial: number;
  readonly signal?: AbortSignal | undefined;
}

/** @throws UserError for a network whose running statistics lie on no line */
export function requireConnectable({ network }: Pick<Experiment, 'network'>): void {
  if (weightLayers(network).some(({ normalised }) => normalised)) {
    throw new UserError(
      'winnow connect does not know batch norms yet: their statistics would have to be measured anew.',
    );
  }
}

/** The values of the training of the trial's own order at each of these iterations. */
export async function trunk(ground: Ground, iterations: readonly number[]): Promise<ReadonlyMap<number, Parameters>> {
  const { experiment } = ground;
  const start = initialParameters(experiment.network, fullMasks(experiment.network), experiment.recipe.initialisation, {
    seed: experiment.seed,
    trial: ground.trial,
    draw: { kind: 'initial' },
  });
  const run = startTraining({ ...optionsOf(ground), start, startIteration: 0, snapshotAt: iterations });
  try {
    while (run.snapshots.size < iterations.length && run.next() !== null) await heard(ground);
    return run.snapshots;
  } finally {
    run.close();
  }
}

/** Trains two copies from these values on, and measures the line between them. */
export async function connection(ground: Ground, from: number, start: Parameters): Promise<Connection> {
  const { seed } = ground.experiment;
  const { count } = ground.data.train;
  const own = dataOrder({ seed, trial: ground.trial, count });
  const other = dataOrder({ seed, trial: ground.trial + OTHER_ORDER, count });
  const first = await trainedFrom(ground, from, start, own);
  const second = await trainedFrom(ground, from, start, { ...own, epoch: other.epoch });
  const line = Array.from({ length: LINE_POINTS }, (_, i): LinePoint => {
    const at = i / (LINE_POINTS - 1);
    return { at, ...judged(ground, between(first, second, at)) };
  });
  return { from, line, barrier: barrierOf(line) };
}

function optionsOf({ experiment, backend, data, trial }: Ground): Omit<TrainingOptions, 'start' | 'startIteration'> {
  const { network, recipe, seed } = experiment;
  return { backend, network, masks: fullMasks(network), recipe, data, seed, trial };
}

/** Lets a signal be heard, and stops for it. */
async function heard({ signal }: Ground): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

async function trainedFrom(ground: Ground, from: number, start: Parameters, order: DataOrder): Promise<Parameters> {
  const run = startTraining({ ...optionsOf(ground), start, startIteration: from, order });
  try {
    while (run.next() !== null) await heard(ground);
    return run.result().parameters;
  } finally {
    run.close();
  }
}

/** (1 − at) × a + at × b in f64, rounded once to f32; the ends are exact. */
export function between(a: Parameters, b: Parameters, at: number): Parameters {
  const mix = (from: Float32Array, to: Float32Array) => from.map((value, i) => (1 - at) * value + at * to[i]);
  return a.map(({ weights, biases }, l) => ({
    weights: mix(weights, b[l].weights),
    biases: mix(biases, b[l].biases),
  }));
}

function judged({ experiment, backend, data }: Ground, parameters: Parameters): Omit<LinePoint, 'at'> {
  const { network } = experiment;
  const { loss, accuracy } = evaluateParameters(
    { backend, network, masks: fullMasks(network), parameters, data },
    'test',
  );
  return { testLoss: loss, testAccuracy: accuracy };
}

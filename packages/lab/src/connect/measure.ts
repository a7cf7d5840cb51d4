import { setImmediate } from 'node:timers/promises';
import {
  type Backend,
  type DataOrder,
  dataOrder,
  evaluateParameters,
  fullMasks,
  initialParameters,
  type LaidOutData,
  type Masks,
  type Parameters,
  restrict,
  startTraining,
  type TrainingOptions,
  withMeasuredStatistics,
} from '@winnow/engine';
import type { Experiment } from '../experiment/experiment.js';
import { idleThreads } from '../plan/threads.js';
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
  /** What both trainings keep: a ticket's survivors, or all weights. */
  readonly masks: Masks;
  readonly signal?: AbortSignal | undefined;
  /** Told about once a second how far a training is. */
  readonly onProgress?: ((progress: ConnectProgress) => void) | undefined;
}

/** One of two copies of a network, and the iteration at which they part. */
export interface Copy {
  readonly from: number;
  readonly number: 1 | 2;
}

/** A training under way. */
export interface ConnectProgress {
  readonly trial: number;
  /** null for the network that the copies are made of. */
  readonly copy: Copy | null;
  readonly iteration: number;
  readonly iterations: number;
}

/** The values of the dense training in the trial's own order at each of these iterations. */
export async function trunk(ground: Ground, iterations: readonly number[]): Promise<ReadonlyMap<number, Parameters>> {
  const { experiment } = ground;
  const start = initialParameters(experiment.network, fullMasks(experiment.network), experiment.recipe.initialisation, {
    seed: experiment.seed,
    trial: ground.trial,
    draw: { kind: 'initial' },
  });
  const masks = fullMasks(experiment.network);
  const run = startTraining({ ...optionsOf(ground), masks, start, startIteration: 0, snapshotAt: iterations });
  try {
    while (run.snapshots.size < iterations.length && (run.advance() || run.next() !== null))
      await heard(ground, { copy: null, iteration: run.iteration });
    return run.snapshots;
  } finally {
    run.close();
  }
}

/** Trains two copies from these values of the dense network on, and measures the line between them. */
export async function connection(ground: Ground, from: number, whole: Parameters): Promise<Connection> {
  const { seed, network } = ground.experiment;
  const start = restrict(whole, fullMasks(network), ground.masks);
  const { count } = ground.data.train;
  const own = dataOrder({ seed, trial: ground.trial, count });
  const other = dataOrder({ seed, trial: ground.trial + OTHER_ORDER, count });
  const first = await trainedFrom(ground, { from, number: 1 }, start, own);
  const second = await trainedFrom(ground, { from, number: 2 }, start, { ...own, epoch: other.epoch });
  const line = Array.from({ length: LINE_POINTS }, (_, i): LinePoint => {
    const at = i / (LINE_POINTS - 1);
    return { at, ...judged(ground, between(first, second, at)) };
  });
  return { trial: ground.trial, from, line, barrier: barrierOf(line) };
}

function optionsOf({
  experiment,
  backend,
  data,
  trial,
  masks,
}: Ground): Omit<TrainingOptions, 'start' | 'startIteration'> {
  const { network, recipe, seed } = experiment;
  return { backend, threads: idleThreads(backend), network, masks, recipe, data, seed, trial };
}

/** Tells how far a training is, lets a signal be heard, and stops for it. */
async function heard(
  { experiment, trial, signal, onProgress }: Ground,
  at: Pick<ConnectProgress, 'copy' | 'iteration'>,
): Promise<void> {
  onProgress?.({ trial, ...at, iterations: experiment.recipe.iterations });
  await setImmediate();
  signal?.throwIfAborted();
}

async function trainedFrom(ground: Ground, copy: Copy, start: Parameters, order: DataOrder): Promise<Parameters> {
  const run = startTraining({ ...optionsOf(ground), start, startIteration: copy.from, order });
  try {
    while (run.advance() || run.next() !== null) await heard(ground, { copy, iteration: run.iteration });
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

/** No training led to what lies on a line, so that statistics of batch norms are measured there. */
function judged({ experiment, backend, data, masks, trial }: Ground, values: Parameters): Omit<LinePoint, 'at'> {
  const { network, seed } = experiment;
  const of = { backend, threads: idleThreads(backend), network, masks, data };
  const parameters = withMeasuredStatistics({ ...of, parameters: values, seed, trial });
  const { loss, accuracy } = evaluateParameters({ ...of, parameters }, 'test');
  return { testLoss: loss, testAccuracy: accuracy };
}

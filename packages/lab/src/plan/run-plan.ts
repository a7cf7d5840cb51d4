import { availableParallelism } from 'node:os';
import {
  type Backend,
  type BackendChoice,
  compilePlan,
  describePlan,
  fullMasks,
  loadBackend,
  weightCount,
  weightLayers,
} from '@winnow/engine';
import type { CellPlan } from '../cells/cell-plan.js';
import { cellBytes, cellSeconds } from '../estimate/cell-cost.js';
import { measureSpeed } from '../estimate/speed.js';
import { secondsLeft } from '../estimate/time-left.js';
import type { Experiment } from '../experiment/experiment.js';
import { planCells } from './cells.js';
import { type Prepared, prepareExperiment } from './prepare.js';
import { defaultThreads } from './threads.js';

/** A cell with what it will take, roughly. */
export interface EstimatedCell extends CellPlan {
  /** On one worker. */
  readonly seconds: number;
  /** In the run's folder. */
  readonly bytes: number;
}

/** What a run will do, before anything is measured or made. */
export interface RunOutline {
  readonly backend: Backend['name'];
  readonly isa: Backend['isa'];
  readonly workers: number;
  /** Threads of each training, which share large layers: what was asked for, or as many as there are on average. */
  readonly threads: number;
  readonly cells: readonly CellPlan[];
  /** The data and the workers' arenas. */
  readonly memoryBytes: number;
}

/** What a run will do and take, before anything is made. */
export interface RunPlan extends RunOutline {
  readonly cells: readonly EstimatedCell[];
  /** Of the whole run with these workers. */
  readonly seconds: number;
  /** In the run's folder, without the report. */
  readonly diskBytes: number;
}

export interface PlanOptions {
  readonly choice?: BackendChoice;
  readonly workers?: number;
  readonly threads?: number;
}

/**
 * All cells of an experiment with their names, and what they will take here. Nothing is written.
 * @throws UserError if data or backend are missing or wrong
 */
export async function planExperiment(experiment: Experiment, options: PlanOptions = {}): Promise<RunPlan> {
  const backend = await loadBackend(options.choice);
  const prepared = await prepareExperiment(experiment);
  return estimateRun(prepared, backend, outlineRun(prepared, backend, options));
}

/** Workers without a choice: all cores. */
export const defaultWorkers = (): number => availableParallelism();

/** @throws UserError if the network cannot be trained on the data as the recipe says */
export function outlineRun(
  { experiment, description, data }: Prepared,
  backend: Backend,
  asked: Pick<PlanOptions, 'workers' | 'threads'>,
): RunOutline {
  const { network, recipe } = experiment;
  const workers = asked.workers ?? defaultWorkers();
  const cells = planCells(experiment, description);
  const threads = asked.threads ?? defaultThreads(backend, cells, workers);
  const { arenaBytes } = describePlan(compilePlan({ network, masks: fullMasks(network), data, training: recipe }));
  // WebAssembly sees its own memory alone, so each worker copies the data into it.
  const copied = backend.name === 'wasm' ? data.bytes.length : 0;
  const memoryBytes = data.bytes.length + workers * (arenaBytes + copied);
  return { backend: backend.name, isa: backend.isa, workers, threads, cells, memoryBytes };
}

/** The same with estimates, for which some training steps are timed. */
export function estimateRun({ experiment, search, data }: Prepared, backend: Backend, outline: RunOutline): RunPlan {
  const { network, recipe } = experiment;
  const { workers, threads } = outline;
  const speed = measureSpeed(backend, search, data, threads);
  const biases = weightLayers(network).reduce((sum, layer) => sum + layer.biases, 0);
  const cells = outline.cells.map((cell) => ({
    ...cell,
    seconds: cellSeconds(storedBy(experiment, cell), recipe, data, speed),
    bytes: cellBytes(storedBy(experiment, cell), recipe, weightCount(network), biases),
  }));
  return {
    ...outline,
    cells,
    seconds: secondsLeft({ cells, workers, doneOf: () => 0, secondsOf: secondsOf(cells) }),
    diskBytes: cells.reduce((sum, cell) => sum + cell.bytes, 0),
  };
}

/** A cell with the weights that it holds: at most all of them, where pruned weights may be frozen. */
export function storedBy({ network, mask0 }: Experiment, cell: CellPlan): CellPlan {
  const isFrozen = mask0 !== 'zero' && (cell.kind === 'ticket' || cell.kind === 'one-shot');
  return isFrozen ? { ...cell, weights: weightCount(network) } : cell;
}

/** The estimate of each of these cells. */
export function secondsOf(cells: readonly EstimatedCell[]): (cell: CellPlan) => number {
  const seconds = new Map(cells.map((cell) => [cell.name, cell.seconds]));
  return ({ name }) => seconds.get(name)!;
}

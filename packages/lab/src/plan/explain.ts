import {
  type Backend,
  fullMasks,
  initialParameters,
  LANES,
  type LayerDescription,
  loadBackend,
  type Masks,
  timeLayers,
  weightLayers,
} from '@winnow/engine';
import { densityAtLevel, type LevelCounts, randomMasks } from '@winnow/tickets';
import { cellSeconds } from '../estimate/cell-cost.js';
import { measureSpeed, stepSeconds } from '../estimate/speed.js';
import type { Experiment } from '../experiment/experiment.js';
import { planCells } from './cells.js';
import { prepareExperiment } from './prepare.js';
import { defaultWorkers, type PlanOptions } from './run-plan.js';
import { defaultThreads } from './threads.js';

/** What the engine does with a network at one level, and what that takes here. */
export interface Explanation {
  readonly network: string;
  readonly data: string;
  readonly backend: Backend['name'];
  readonly isa: Backend['isa'];
  readonly level: number;
  readonly density: number;
  readonly weights: number;
  /** Those that large layers may be divided among. */
  readonly threads: number;
  readonly batch: number;
  /** Blocks of 64 examples in a batch. */
  readonly blocks: number;
  readonly layers: readonly ExplainedLayer[];
  /** Of a step, measured: gathering the batch, and the loss. */
  readonly otherMicroseconds: number;
  readonly multiplyAddsPerStep: number;
  /** All of a training's memory but the examples. */
  readonly arenaBytes: number;
  /** As the estimate of a run has it: of a step, and of the whole training with its evaluations. */
  readonly microsecondsPerStep: number;
  readonly trainingSeconds: number;
}

export interface ExplainedLayer extends LayerDescription {
  /** Of a step, measured piece by piece. */
  readonly microseconds: number;
}

/** Steps that are timed. The reference backend is so slow that a few will do. */
const stepsOf = ({ name }: Backend): number => (name === 'reference' ? 2 : 60);

/**
 * Explains the last level of an experiment, layer by layer. Which weights survive there only a search can tell, so it is
 * planned with random masks of the same counts; in global scope, with the same density in every layer. Nothing is written.
 * @throws UserError if data or backend are missing or wrong; RunError if a layer has no weights left at that level
 */
export async function explainExperiment(experiment: Experiment, options: PlanOptions = {}): Promise<Explanation> {
  const backend = await loadBackend(options.choice);
  const { search, description, data } = await prepareExperiment(experiment);
  const { network, recipe, seed, levels: level } = experiment;
  const counts = densityAtLevel(network, experiment.pruning, level);
  const masks = masksOf(experiment, counts);
  const cells = planCells(experiment, description);
  const threads = options.threads ?? defaultThreads(backend, cells, options.workers ?? defaultWorkers());
  const { description: plan, ...times } = timeLayers(
    {
      backend,
      network,
      masks,
      data,
      seed,
      trial: 0,
      startIteration: 0,
      threads,
      start: initialParameters(network, masks, recipe.initialisation, { seed, trial: 0, draw: { kind: 'initial' } }),
      // Nothing is learned, so nothing can go wrong either; the arithmetic is the same.
      recipe: { ...recipe, optimizer: { ...recipe.optimizer, rate: 0 } },
    },
    stepsOf(backend),
  );
  const speed = measureSpeed(backend, search, data, threads);
  const cell = cells.find((candidate) => candidate.level === level)!;
  return {
    network: network.name,
    data: description.name,
    backend: backend.name,
    isa: backend.isa,
    level,
    density: counts.density,
    weights: counts.weights,
    threads,
    batch: recipe.batch,
    blocks: Math.ceil(recipe.batch / LANES),
    layers: plan.layers.map((layer, l) => ({ ...layer, microseconds: times.layerMicroseconds[l] })),
    otherMicroseconds: times.otherMicroseconds,
    multiplyAddsPerStep: plan.multiplyAddsPerStep,
    arenaBytes: plan.arenaBytes,
    microsecondsPerStep: 1e6 * stepSeconds(speed, counts.weights),
    trainingSeconds: cellSeconds(cell, recipe, data, speed),
  };
}

function masksOf({ network, seed }: Experiment, { level, layers, density }: LevelCounts): Masks {
  if (level === 0) return fullMasks(network);
  const counts = layers ?? weightLayers(network).map(({ weights }) => Math.round(density * weights));
  return randomMasks(network, counts, { seed, trial: 0, level, replicate: 0 });
}

import { setImmediate as pause } from 'node:timers/promises';
import { countOnes } from '@winnow/arithmetic';
import {
  type Backend,
  digestParameters,
  evaluateParameters,
  fullMasks,
  initialTensors,
  type LaidOutData,
  type Masks,
  maskedParameters,
  signedConstants,
  survivorsOf,
  weightCount,
  weightLayers,
} from '@winnow/engine';
import { heuristicMasks, onePowerDensities, sweepLayers, type TrainedCell } from '@winnow/tickets';
import { loadCriterion } from '../criteria/load-criterion.js';
import type { JudgedMasks } from './judged-masks.js';
import type { SupermaskExperiment } from './supermask-experiment.js';
import type { SupermaskTrial, SweepPoint } from './supermask-result.js';

/** As in Frankle & Carbin 2019 for fully connected layers, and as deep as the paper's criteria go. */
const RATE = 0.2;
const POWERS = 24;

/** A trial's supermask, and the masks themselves. */
export interface FoundMasks {
  readonly trial: SupermaskTrial;
  readonly masks: Masks;
}

/** The frozen values of a trial. */
export function valuesOf({ values, base }: SupermaskExperiment, trial: number): readonly Float32Array[] {
  const { network, recipe, seed } = base;
  const initial = initialTensors(network, recipe.initialisation, { seed, trial, draw: { kind: 'initial' } });
  return values === 'initial' ? initial : signedConstants(network, recipe.initialisation, initial);
}

/**
 * Heuristic supermasks of a trained dense network (Zhou et al. 2019, §4.1): the criterion's one-shot masks over values that are not trained,
 * first with one pruning power for all layers, then with each layer's density swept on validation data, which is what is returned.
 *
 * @param trained the dense network of this trial
 * @throws the signal's reason if it aborts
 */
export async function findHeuristic(
  experiment: SupermaskExperiment,
  trial: number,
  trained: TrainedCell,
  at: {
    readonly backend: Backend;
    /** That share large layers. */
    readonly threads: number;
    readonly data: LaidOutData;
    readonly signal: AbortSignal | undefined;
    /** What was judged before is not judged again. */
    readonly judged: JudgedMasks;
    /** Told after each evaluation how many there were. */
    readonly onJudged?: (masks: number) => void;
  },
): Promise<FoundMasks> {
  const started = performance.now();
  const { network, recipe, seed } = experiment.base;
  const { backend, threads, data, signal, judged, onJudged = () => {} } = at;
  const ground = { backend, threads, network, data };
  const values = valuesOf(experiment, trial);
  const full = fullMasks(network);
  const initial = survivorsOf(
    network,
    full,
    initialTensors(network, recipe.initialisation, { seed, trial, draw: { kind: 'initial' } }),
  );
  const criterion = await loadCriterion(experiment.criterion);
  const masksOf = heuristicMasks(network, { initial, final: trained.parameters }, criterion, {
    seed,
    trial,
  });
  const judge = async (densities: readonly number[], set: 'validation' | 'test'): Promise<number> => {
    const accuracy = await judged.accuracy(`${set} ${densities.join(' ')}`, async () => {
      await pause();
      signal?.throwIfAborted();
      const masks = masksOf(densities);
      const parameters = maskedParameters(network, masks, values, false);
      return evaluateParameters({ ...ground, masks, parameters }, set).accuracy;
    });
    onJudged(judged.count);
    return accuracy;
  };

  const weights = weightCount(network);
  const densityOf = (masks: Masks): number => masks.reduce((sum, mask) => sum + countOnes(mask), 0) / weights;
  const sweep: SweepPoint[] = [];
  let best = { densities: weightLayers(network).map(() => 1), accuracy: -1 };
  for (const { densities } of onePowerDensities(best.densities.length, RATE, POWERS)) {
    const accuracy = await judge(densities, 'validation');
    const testAccuracy = await judge(densities, 'test');
    sweep.push({ density: densityOf(masksOf(densities)), validationAccuracy: accuracy, testAccuracy });
    if (accuracy > best.accuracy) best = { densities: [...densities], accuracy };
  }
  const found = await sweepLayers(best, (densities) => judge(densities, 'validation'));
  const masks = masksOf(found.densities);
  const testAccuracy = await judge(found.densities, 'test');
  const dense = evaluateParameters({ ...ground, masks: full, parameters: trained.parameters }, 'test');
  return {
    masks,
    trial: {
      trial,
      density: densityOf(masks),
      weights: masks.reduce((sum, mask) => sum + countOnes(mask), 0),
      layerDensities: masks.map((mask) => countOnes(mask) / mask.length),
      validationAccuracy: found.accuracy,
      testAccuracy,
      deterministicValidationAccuracy: found.accuracy,
      deterministicTestAccuracy: testAccuracy,
      sweep,
      denseTestAccuracy: dense.accuracy,
      rows: [],
      digest: digestParameters(maskedParameters(network, masks, values, false)),
      microsecondsPerStep: 0,
      seconds: (performance.now() - started) / 1000,
    },
  };
}

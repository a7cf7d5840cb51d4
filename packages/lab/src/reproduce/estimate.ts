import { type Backend, type BackendChoice, LANES, type LaidOutData, loadBackend, weightCount } from '@winnow/engine';
import { cellSeconds } from '../estimate/cell-cost.js';
import { measureSpeed, type Speed, stepSeconds } from '../estimate/speed.js';
import type { Experiment } from '../experiment/experiment.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import { planCells } from '../plan/cells.js';
import { type DataDescription, prepareExperiment } from '../plan/prepare.js';
import { storedBy } from '../plan/run-plan.js';
import { normaliseSupermask } from '../supermask/supermask-experiment.js';
import type { Needed, Reproduction, Scale } from './reproduction.js';

/** A step that learns scores, in steps that train all weights over as many images: it draws masks too, and skips nothing. */
const SCORE_STEPS = 1.5;
/** Looks of a heuristic search at the validation data, about. */
const HEURISTIC_LOOKS = 500;
/** Of a training step, what one look over as many images takes. */
const FORWARD_SHARE = 0.4;

export interface EstimateOptions {
  readonly choice?: BackendChoice;
  /** Told before the speed of a network is measured, which takes half a minute for the largest. */
  readonly onMeasure?: (network: string) => void;
}

/**
 * About how many seconds each reproduction takes on one core of this machine, if nothing of it is finished. The speed of each network is
 * measured once. "all" is what all of them but those that are made alone take together.
 *
 * @throws UserError if data or backend are missing
 */
export async function estimateReproductions(
  list: readonly Reproduction[],
  scale: Scale,
  { choice, onMeasure = () => {} }: EstimateOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const needed = new Map(list.flatMap(({ needs }) => needs(scale)).map((one) => [one.name, one]));
  const backend = await loadBackend(choice);
  const measured = new Map<string, Promise<Measured>>();
  const speedOf = (base: Experiment): Promise<Measured> => {
    const key = JSON.stringify([base.network, base.data, base.split]);
    if (!measured.has(key)) onMeasure(base.network.name);
    const known = measured.get(key) ?? measure(base, backend);
    measured.set(key, known);
    return known;
  };

  const secondsOf = async (one: Needed): Promise<number> => {
    if (one.kind === 'find') {
      const experiment = normaliseExperiment(one.input);
      const { data, description, speed } = await speedOf(experiment);
      return planCells(experiment, description)
        .map((cell) => cellSeconds(storedBy(experiment, cell), experiment.recipe, data, speed))
        .reduce((sum, seconds) => sum + seconds, 0);
    }
    const { kind, base } = normaliseSupermask(one.input);
    const { data, speed } = await speedOf(base);
    const { network, trials, recipe } = base;
    const step = stepSeconds(speed, weightCount(network));
    const scored = (SCORE_STEPS * recipe.batch) / LANES;
    const looks = (HEURISTIC_LOOKS * FORWARD_SHARE * data.validation.count) / LANES;
    return trials * step * (kind === 'heuristic' ? recipe.iterations + looks : recipe.iterations * scored);
  };
  const seconds = new Map<string, number>();
  // One after the other: each is measured by the clock.
  for (const one of needed.values()) seconds.set(one.name, await secondsOf(one));
  const sum = (names: Iterable<string>) => [...new Set(names)].reduce((total, name) => total + seconds.get(name)!, 0);
  return new Map([
    ...list.map(({ name, needs }) => [name, sum(needs(scale).map((one) => one.name))] as const),
    [
      'all',
      sum(list.filter(({ alone }) => alone !== true).flatMap(({ needs }) => needs(scale).map(({ name }) => name))),
    ] as const,
  ]);
}

interface Measured {
  readonly data: LaidOutData;
  readonly description: DataDescription;
  readonly speed: Speed;
}

async function measure(base: Experiment, backend: Backend): Promise<Measured> {
  const { data, description, search } = await prepareExperiment(base);
  return { data, description, speed: measureSpeed(backend, search, data) };
}

import { type BackendChoice, LANES, loadBackend, weightCount } from '@winnow/engine';
import { cellSeconds } from '../estimate/cell-cost.js';
import { measureSpeed, stepSeconds } from '../estimate/speed.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import { planCells } from '../plan/cells.js';
import { prepareExperiment } from '../plan/prepare.js';
import { storedBy } from '../plan/run-plan.js';
import { normaliseSupermask } from '../supermask/supermask-experiment.js';
import type { Needed, Reproduction, Scale } from './reproduction.js';

/** A step that learns scores, in steps that train all weights over as many images: it draws masks too, and skips nothing. */
const SCORE_STEPS = 1.5;
/** Looks of a heuristic search at the validation data, about. */
const HEURISTIC_LOOKS = 500;
/** Of a training step, what one look over as many images takes. */
const FORWARD_SHARE = 0.4;

/**
 * About how many seconds each reproduction takes on one core of this machine, if nothing of it is finished; all of them networks
 * and data of one kind, whose speed is measured once.
 *
 * @throws UserError if data or backend are missing
 */
export async function estimateReproductions(
  list: readonly Reproduction[],
  scale: Scale,
  choice?: BackendChoice,
): Promise<ReadonlyMap<string, number>> {
  const needed = new Map(list.flatMap(({ needs }) => needs(scale)).map((one) => [one.name, one]));
  const first = [...needed.values()].find((one) => one.kind === 'find');
  if (first?.kind !== 'find') return new Map();
  const backend = await loadBackend(choice);
  const { data, description, search } = await prepareExperiment(normaliseExperiment(first.input));
  const speed = measureSpeed(backend, search, data);
  const step = stepSeconds(speed, weightCount(search.network));

  const secondsOf = (one: Needed): number => {
    if (one.kind === 'find') {
      const experiment = normaliseExperiment(one.input);
      return planCells(experiment, description)
        .map((cell) => cellSeconds(storedBy(experiment, cell), experiment.recipe, data, speed))
        .reduce((sum, seconds) => sum + seconds, 0);
    }
    const { kind, base } = normaliseSupermask(one.input);
    const { trials, recipe } = base;
    const scored = (SCORE_STEPS * recipe.batch) / LANES;
    const looks = (HEURISTIC_LOOKS * FORWARD_SHARE * data.validation.count) / LANES;
    return trials * step * (kind === 'heuristic' ? recipe.iterations + looks : recipe.iterations * scored);
  };
  const seconds = new Map([...needed.values()].map((one) => [one.name, secondsOf(one)]));
  const sum = (names: Iterable<string>) => [...new Set(names)].reduce((total, name) => total + seconds.get(name)!, 0);
  return new Map([
    ...list.map(({ name, needs }) => [name, sum(needs(scale).map((one) => one.name))] as const),
    ['all', sum(needed.keys())] as const,
  ]);
}

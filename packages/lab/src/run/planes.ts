import { UserError } from '@winnow/arithmetic';
import { fullMasks, initialParameters, weightLayers } from '@winnow/engine';
import { criterionPlanes, densityAtLevel, type LayerPlane, type Pruning } from '@winnow/tickets';
import { loadCriterion } from '../criteria/load-criterion.js';
import type { Experiment } from '../experiment/experiment.js';
import type { CriterionPlane } from '../report/index.js';
import type { StoredRun } from '../store/read-run.js';

/** The density at which a criterion's choice is easiest to see. */
const SHOWN_DENSITY = 0.2;
/** Most layers in a figure. */
const MOST_LAYERS = 3;

/** What a run's criterion keeps of its dense network, for figures; none where nothing is pruned, or gradients are read. */
export async function planesOf(run: StoredRun): Promise<readonly CriterionPlane[]> {
  const { network, pruning, levels } = run.experiment;
  if (levels === 0) return [];
  const level = shownLevel(run.experiment);
  const planes = await layerPlanes(run, { ...pruning, criterion: await loadCriterion(pruning.criterion) }, level);
  const layers = weightLayers(network);
  return chosen(planes).map((plane) => planeOf(plane, layers[plane.layer].name));
}

/** The level of the experiment whose density is nearest to what figures show. */
export function shownLevel({ network, pruning, levels }: Experiment): number {
  const away = (level: number) => Math.abs(densityAtLevel(network, pruning, level).density - SHOWN_DENSITY);
  return Array.from({ length: levels }, (_, i) => i + 1).reduce(
    (best, level) => (away(level) < away(best) ? level : best),
    1,
  );
}

/** A run's dense network of the first trial under any criterion. @returns none while it is not trained, or where gradients are read */
export async function layerPlanes(
  { experiment, cells }: Pick<StoredRun, 'experiment' | 'cells'>,
  pruning: Pruning,
  level: number,
): Promise<readonly LayerPlane[]> {
  const { network, recipe, seed } = experiment;
  const dense = cells.find(({ kind }) => kind === 'dense');
  if (dense === undefined) return [];
  const { trial } = dense;
  const { parameters: final } = await dense.trained();
  const initial = initialParameters(network, fullMasks(network), recipe.initialisation, {
    seed,
    trial,
    draw: { kind: 'initial' },
  });
  try {
    return criterionPlanes(network, { initial, final }, pruning, { seed, trial, level });
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

export function planeOf({ initial, final, kept, region }: Omit<LayerPlane, 'layer'>, title: string): CriterionPlane {
  return { title, density: kept.reduce((sum, is) => sum + is, 0) / kept.length, initial, final, kept, region };
}

/** The first layer, the largest of those between, and the last. */
function chosen(planes: readonly LayerPlane[]): readonly LayerPlane[] {
  if (planes.length <= MOST_LAYERS) return planes;
  const between = planes.slice(1, -1).reduce((a, b) => (b.kept.length > a.kept.length ? b : a));
  return [planes[0], between, planes[planes.length - 1]];
}

import { countOnes, type Draw, maskFromPredicate, maskHas, randomStream } from '@winnow/arithmetic';
import { fullMasks, initialParameters, type Masks, type Parameters, restrict } from '@winnow/engine';
import { masksBeforeTraining } from '../before-training/masks.js';
import type { GradientAt } from '../before-training/sensitivity.js';
import { frozenMasks, keptUnder, laidOver, storedMasks } from '../mask-actions/mask-0.js';
import { keptStart } from '../mask-actions/mask-1.js';
import { densityAtLevel } from '../pruning/counts.js';
import { oneShotMasks, prune } from '../pruning/prune.js';
import { drawMasks, randomMasks } from '../pruning/random-masks.js';
import { type CellId, searchedKind } from './cell.js';
import { cellDependencies, hasKnownCounts, needsSnapshot } from './dependencies.js';
import type { Search, TrainedCell, TrainingStart } from './search.js';

/**
 * What a cell starts its training from: a pure function of the search and of the cells that it depends on, given in the
 * order of `cellDependencies`.
 *
 * @param gradientAt needed by masks that are chosen before training from gradients
 * @throws RunError if a layer has no weights left, or a criterion's score is not finite
 */
export function cellStart(
  search: Search,
  cell: CellId,
  parents: readonly TrainedCell[],
  gradientAt?: GradientAt,
): TrainingStart {
  const needed = cellDependencies(search, cell).length;
  if (parents.length !== needed) {
    throw new RangeError(
      `a ${cell.kind} cell of level ${cell.level} needs ${needed} finished cells, not ${parents.length}`,
    );
  }
  const masks = masksOf(search, cell, parents, gradientAt);
  const whole = { masks, frozen: null, startIteration: 0, scheduleFrom: 'start', snapshotAt: [] } as const;
  switch (cell.kind) {
    case 'dense': {
      const snapshotAt = search.rewind.kind === 'iteration' && needsSnapshot(search) ? [search.rewind.iteration] : [];
      return { ...whole, start: drawn(search, cell, masks, { kind: 'initial' }), snapshotAt };
    }
    case 'ticket':
    case 'one-shot':
      return { ...whole, ...ticketStart(search, cell, masks, parents) };
    case 'continued':
      return { ...whole, start: trained(parents[0], masks), scheduleFrom: 'end' };
    case 'snip':
    case 'grasp':
    case 'synflow':
    case 'erk':
    case 'uniform':
    case 'shuffle':
    case 'invert':
    case 'reinit':
    case 'random':
      return { ...whole, ...startUnder(search, cell, masks, parents) };
  }
}

/**
 * What a cell starts from whose values do not depend on how its masks came about: cells pruned before training, and controls. parents: as for
 * `cellStart`; only where a search is rewound to an iteration are they looked at.
 */
export function startUnder(
  search: Search,
  cell: CellId,
  masks: Masks,
  parents: readonly TrainedCell[],
): Pick<TrainingStart, 'start' | 'startIteration'> {
  switch (cell.kind) {
    case 'reinit':
    case 'random': {
      // One draw for both kinds: at a level, replicate by replicate, these controls differ in their masks alone.
      const draw: Draw = { kind: 'reinit', level: cell.level, replicate: cell.replicate };
      return { start: drawn(search, cell, masks, draw), startIteration: 0 };
    }
    case 'shuffle':
    case 'invert':
      if (rewindsTickets(search)) return rewound(search, cell, masks, parents);
  }
  return { start: drawn(search, cell, masks, { kind: 'initial' }), startIteration: 0 };
}

/** Whether the search's own networks go back to values of a later iteration of the dense training. */
export function rewindsTickets(search: Search): boolean {
  const kind = searchedKind[search.schedule];
  return needsSnapshot(search) && (kind === 'ticket' || kind === 'one-shot');
}

function masksOf(
  search: Search,
  cell: CellId,
  parents: readonly TrainedCell[],
  gradientAt?: GradientAt,
  inverted = false,
): Masks {
  const { network, pruning, seed } = search;
  switch (cell.kind) {
    case 'dense':
      return fullMasks(network);
    case 'ticket':
    case 'continued':
    case 'one-shot': {
      const { masks, ...values } = finished(search, cell, parents);
      const context = { seed, trial: cell.trial, level: cell.level, inverted };
      return cell.kind === 'one-shot'
        ? oneShotMasks(network, values, pruning, context)
        : prune(network, masks, values, pruning, context);
    }
    case 'snip':
    case 'grasp':
    case 'synflow':
    case 'erk':
    case 'uniform': {
      const initial = drawn(search, cell, fullMasks(network), { kind: 'initial' });
      const context = { seed, trial: cell.trial, level: cell.level, inverted };
      return masksBeforeTraining(cell.kind, network, pruning, { initial, ...(gradientAt && { gradientAt }) }, context);
    }
    case 'reinit':
      return searchedMasks(search, cell, parents, gradientAt);
    case 'invert':
      return searchedMasks(search, cell, parents, gradientAt, true);
    case 'shuffle': {
      const counts = searchedMasks(search, cell, parents, gradientAt).map(countOnes);
      const { trial, level, replicate } = cell;
      return drawMasks(network, counts, level, (layer) =>
        randomStream({ kind: 'mask-shuffle', seed, trial, level, replicate, layer }),
      );
    }
    case 'random': {
      const known = hasKnownCounts(search) ? densityAtLevel(network, pruning, cell.level).layers : null;
      const counts = known ?? searchedMasks(search, cell, parents, gradientAt).map(countOnes);
      return randomMasks(network, counts, { seed, trial: cell.trial, level: cell.level, replicate: cell.replicate });
    }
  }
}

/**
 * The masks that the search would go on with if this round ended where it stands: those of the next level, or under the one-shot
 * schedule of the last one (see `EarlyBird`).
 *
 * @throws as `cellStart`
 */
export function masksAfter(search: Search, cell: CellId, now: TrainedCell): Masks {
  const kind = searchedKind[search.schedule];
  const level = kind === 'one-shot' ? (search.earlyBird?.lastLevel ?? cell.level + 1) : cell.level + 1;
  return masksOf(search, { ...cell, kind, level }, [now]);
}

/** The masks that the search itself has at a control's level. */
function searchedMasks(
  search: Search,
  cell: CellId,
  parents: readonly TrainedCell[],
  gradientAt: GradientAt | undefined,
  inverted = false,
): Masks {
  return masksOf(search, { ...cell, kind: searchedKind[search.schedule] }, parents, gradientAt, inverted);
}

/** What the cell before has kept, what these weights started from, and what they ended at. */
function finished(search: Search, cell: CellId, [parent]: readonly TrainedCell[]) {
  const masks = keptBy(parent);
  const [from] = cellDependencies(search, cell);
  const initial =
    from.kind === 'ticket'
      ? keptStart(search.mask1, masks, { ...search, trial: from.trial, level: from.level })
      : drawn(search, cell, masks, { kind: 'initial' });
  const ofKept = (values: Parameters) => (parent.kept === undefined ? values : restrict(values, parent.masks, masks));
  const { gradient } = parent;
  return { masks, initial, final: ofKept(parent.parameters), ...(gradient && { gradient: () => ofKept(gradient()) }) };
}

const keptBy = ({ masks, kept }: TrainedCell): Masks => kept ?? masks;

/** The start of a ticket whose kept weights are given: under the search's mask-1 and mask-0 actions. */
function ticketStart(
  search: Search,
  cell: CellId,
  kept: Masks,
  parents: readonly TrainedCell[],
): Pick<TrainingStart, 'masks' | 'kept' | 'frozen' | 'start' | 'startIteration'> {
  const { mask0, mask1 } = search;
  const { start, startIteration } =
    mask1 === 'rewind'
      ? rewound(search, cell, kept, parents)
      : { start: keptStart(mask1, kept, { ...search, trial: cell.trial, level: cell.level }), startIteration: 0 };
  const { masks, initial, final } = finished(search, cell, parents);
  const before = { kept: masks, began: initial, ended: final, frozen: frozenIn(parents[0]) };
  const frozen = frozenMasks(mask0, kept, before);
  if (frozen === null) return { masks: kept, frozen, start, startIteration };
  const stored = storedMasks(kept, frozen);
  const outer = drawn(search, cell, stored, { kind: 'initial' });
  const inner = keptUnder(mask0, kept, start, before);
  return { masks: stored, kept, frozen, start: laidOver(stored, outer, kept, inner), startIteration };
}

/** The weights that a training held frozen. */
function frozenIn({ masks, kept }: TrainedCell): Masks | null {
  if (kept === undefined) return null;
  return masks.map((mask, l) =>
    maskFromPredicate(mask.length, (position) => maskHas(mask, position) && !maskHas(kept[l], position)),
  );
}

/** Where the survivors are set back to, and from which iteration they train again. */
function rewound(
  search: Search,
  cell: CellId,
  masks: Masks,
  parents: readonly TrainedCell[],
): Pick<TrainingStart, 'start' | 'startIteration'> {
  const { rewind } = search;
  if (rewind.kind === 'rate') return { start: trained(parents[0], masks), startIteration: 0 };
  if (rewind.iteration === 0) return { start: drawn(search, cell, masks, { kind: 'initial' }), startIteration: 0 };
  const dense = parents[parents.length - 1];
  const snapshot = dense.snapshots.get(rewind.iteration);
  if (!snapshot) throw new RangeError(`the dense training has kept no values of iteration ${rewind.iteration}`);
  return { start: restrict(snapshot, dense.masks, masks), startIteration: rewind.iteration };
}

/** The survivors as they were at the end of a training. */
function trained({ masks: before, parameters }: TrainedCell, masks: Masks): Parameters {
  return restrict(parameters, before, masks);
}

function drawn({ network, recipe, seed }: Search, { trial }: CellId, masks: Masks, draw: Draw): Parameters {
  return initialParameters(network, masks, recipe.initialisation, { seed, trial, draw });
}

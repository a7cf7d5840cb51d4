import { type BitMask, countOnes, maskFromIndices, RunError, randomStream } from '@winnow/arithmetic';
import {
  fullMasks,
  type Masks,
  type Network,
  requireParametersOf,
  type WeightLayer,
  weightLayers,
} from '@winnow/engine';
import { criterionOf } from '../criteria/index.js';
import { collapsed } from './collapse.js';
import { leftAfter, pruningGroups } from './groups.js';
import { keepBest, keepBestOfEach } from './keep-best.js';
import type { Pruning } from './pruning.js';
import { groupOf, type Member, membersOf, scoresOf, type TrainedValues } from './survivor-group.js';

/** Where in a search a pruning stands: `level` is the level of the masks that it makes, 1 for the first round. */
export interface PruningContext {
  readonly seed: number;
  readonly trial: number;
  readonly level: number;
  /** Whether the weights go that the criterion likes best, in place of those that it likes least: a control. */
  readonly inverted?: boolean;
}

/**
 * One round of pruning: the masks of the survivors that the criterion likes best. Counts are exact (docs/arithmetic.md),
 * ties go by ascending position (in global scope by layer, then position), biases are never pruned.
 *
 * @throws RunError if a layer has no weights left, or a score is not finite
 * @throws UserError for an unknown criterion
 * @throws RangeError if masks or values do not fit the network
 */
export function prune(
  network: Network,
  masks: Masks,
  values: TrainedValues,
  pruning: Pruning,
  context: PruningContext,
): Masks {
  return pruneRounds(1, network, masks, values, pruning, context);
}

/**
 * One-shot pruning (Frankle & Carbin 2019 §2): from the trained dense network straight to as many weights as
 * `context.level` rounds would leave.
 *
 * @throws as `prune`
 */
export function oneShotMasks(network: Network, dense: TrainedValues, pruning: Pruning, context: PruningContext): Masks {
  return pruneRounds(context.level, network, fullMasks(network), dense, pruning, context);
}

/** Removes at once what `rounds` rounds would remove one after the other. */
function pruneRounds(
  rounds: number,
  network: Network,
  masks: Masks,
  values: TrainedValues,
  pruning: Pruning,
  context: PruningContext,
): Masks {
  requireParametersOf(network, masks, values.initial);
  requireParametersOf(network, masks, values.final);
  const criterion = criterionOf(pruning.criterion);
  const layers = weightLayers(network);
  const { seed, trial, level, inverted = false } = context;
  const streams = layers.map((_, layer) => randomStream({ kind: 'random-order', seed, trial, level, layer }));

  const pruned = masks.slice();
  for (const pruningGroup of pruningGroups(network, pruning)) {
    const members = membersOf(pruningGroup.layers, masks);
    const count = members.reduce((sum, { positions }) => sum + positions.length, 0);
    if (count === 0) continue;
    const keep = leftAfter(rounds, count, pruningGroup, pruning);
    const given = scoresOf(criterion, groupOf(members, values, keep, streams), members, layers);
    const scores = inverted ? given.map((score) => -score) : given;
    const kept = pruning.keepLayersAlive ? keepBestOfEach(scores, keep, members) : keepBest(scores, keep);
    for (const member of members) pruned[member.layer] = maskOf(member, kept, layers[member.layer].weights);
  }
  requireSurvivors(pruned, layers, context.level);
  return pruned;
}

/** The mask of a member's weights that are among the kept places of its group, which are ascending. */
export function maskOf({ start, positions }: Member, kept: Uint32Array, length: number): BitMask {
  const own = kept.subarray(countBelow(kept, start), countBelow(kept, start + positions.length));
  return maskFromIndices(
    length,
    own.map((place) => positions[place - start]),
  );
}

function countBelow(ascending: Uint32Array, bound: number): number {
  let count = 0;
  while (count < ascending.length && ascending[count] < bound) count++;
  return count;
}

/** @throws RunError if a layer has none */
export function requireSurvivors(masks: Masks, layers: readonly WeightLayer[], level: number): void {
  const empty = masks.findIndex((mask) => countOnes(mask) === 0);
  if (empty >= 0) throw new RunError(collapsed(layers[empty].name, level));
}

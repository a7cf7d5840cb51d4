import { UserError } from '@winnow/arithmetic';
import { type Network, weightCount, weightLayers } from '@winnow/engine';
import { collapsed } from './collapse.js';
import { leftAfter, pruningGroups } from './groups.js';
import type { Pruning } from './pruning.js';

/** How many weights are left at a level, known before anything is trained. */
export interface LevelCounts {
  readonly level: number;
  /** Survivors of each weight layer; null in global scope, where training decides how they are spread. */
  readonly layers: readonly number[] | null;
  /** Survivors of all layers. */
  readonly weights: number;
  /** Survivors as a fraction of all weights. */
  readonly density: number;
}

/** The exact counts of level 0 (dense), 1, 2, … without end. A layer may come to 0: there, `prune` will refuse. */
export function* countsByLevel(network: Network, pruning: Pruning): Generator<LevelCounts, never> {
  const all = weightCount(network);
  const layers = weightLayers(network).map((layer) => layer.weights);
  const groups = pruningGroups(network, pruning).map((group) => ({
    group,
    left: group.layers.reduce((sum, layer) => sum + layers[layer], 0),
  }));
  let weights = all;
  for (let level = 0; ; level++) {
    yield { level, layers: pruning.scope === 'layer' ? layers.slice() : null, weights, density: weights / all };
    for (const each of groups) {
      const left = leftAfter(1, each.left, each.group, pruning);
      weights -= each.left - left;
      each.left = left;
      if (pruning.scope === 'layer') layers[each.group.layers[0]] = left;
    }
  }
}

/**
 * The exact counts after `level` rounds.
 * @throws RangeError for a level that is no whole number from 0
 */
export function densityAtLevel(network: Network, pruning: Pruning, level: number): LevelCounts {
  for (const counts of countsByLevel(network, pruning)) {
    if (counts.level === level) return counts;
    if (!(counts.level < level)) break;
  }
  throw new RangeError(`a level must be a whole number from 0, not ${level}`);
}

/**
 * The level whose density is nearest to the one asked for, by ratio; the sparser of two that are equally near.
 *
 * @throws UserError if the density is not above 0 and at most 1, or rounds of this rate never come down to it
 */
export function levelForDensity(network: Network, pruning: Pruning, density: number): number {
  if (!(density > 0 && density <= 1)) {
    throw new UserError(
      `A density of ${density} is impossible: it must be above 0 and at most 1, which keeps every weight.`,
    );
  }
  const levels = countsByLevel(network, pruning);
  let above = levels.next().value;
  while (above.density > density) {
    const below = levels.next().value;
    const obstacle = obstacleBetween(network, above, below);
    if (obstacle) {
      throw new UserError(
        `A density of ${density} is out of reach: level ${above.level} keeps ${above.weights} of ` +
          `${weightCount(network)} weights, and ${obstacle}`,
      );
    }
    // The denser is the nearer if above / density < density / below; both being denser, it never is.
    if (above.density * below.density < density * density) return above.level;
    above = below;
  }
  return above.level;
}

/** Why the search cannot step from one level to the next; null if it can. */
function obstacleBetween(network: Network, above: LevelCounts, below: LevelCounts): string | null {
  if (below.weights === above.weights) return 'rounds of this rate remove no more. Ask for a larger density.';
  const empty = below.layers?.indexOf(0) ?? -1;
  if (empty >= 0) return collapsed(weightLayers(network)[empty].name, below.level);
  if (below.weights === 0) return 'the next one would keep none. Ask for a larger density.';
  return null;
}

import { type BitMask, largestPositions, maskFromIndices, randomStream } from '@winnow/arithmetic';
import { fullMasks, keptOf, type Masks, type Network, weightLayers } from '@winnow/engine';
import type { Criterion } from '../criterion.js';
import { groupOf, membersOf, scoresOf, type TrainedValues } from '../pruning/survivor-group.js';

/** From a share of each layer's weights to the masks that keep them. */
export type MasksOfDensities = (densities: readonly number[]) => Masks;

/**
 * One-shot masks of a trained dense network by a criterion: in each layer the best share of the weights, at least one
 * ("heuristic supermasks", Zhou et al. 2019, §4.1, where the criterion is large-final-same-sign and no weight is trained afterwards).
 *
 * The mask of a layer and a density is made once: a sweep over layers comes back to it many times.
 *
 * @param values initial and final values of the dense network
 */
export function heuristicMasks(
  network: Network,
  values: TrainedValues,
  criterion: Criterion,
  of: { readonly seed: number; readonly trial: number },
): MasksOfDensities {
  const layers = weightLayers(network);
  const full = fullMasks(network);
  const streams = layers.map((_, layer) => randomStream({ kind: 'random-order', ...of, level: 1, layer }));
  const made = layers.map(() => new Map<number, BitMask>());
  return (densities) =>
    layers.map(({ weights }, l) => {
      const keep = keptOf(densities[l], weights);
      const before = made[l].get(keep);
      if (before !== undefined) return before;
      const members = membersOf([l], full);
      const scores = scoresOf(criterion, groupOf(members, values, keep, streams), members, layers);
      const mask = maskFromIndices(weights, largestPositions(scores, keep));
      made[l].set(keep, mask);
      return mask;
    });
}

/** Densities that one pruning power leaves in each layer. */
export interface Power {
  /** How often a rate was applied. */
  readonly power: number;
  readonly densities: readonly number[];
}

/**
 * One pruning power for all layers: layer by layer (1 − rate)^power, the output layer at half the rate, as in Frankle & Carbin 2019 and in
 * the authors' code of Zhou et al. 2019. From 1 to `powers`.
 */
export function onePowerDensities(layers: number, rate: number, powers: number): readonly Power[] {
  const kept = Array.from({ length: layers }, (_, l) => 1 - (l === layers - 1 && layers > 1 ? rate / 2 : rate));
  let densities: readonly number[] = kept.map(() => 1);
  return Array.from({ length: powers }, (_, i) => {
    densities = densities.map((density, l) => density * kept[l]);
    return { power: i + 1, densities };
  });
}

/** Densities, and how well their masks do. */
export interface JudgedDensities {
  readonly densities: readonly number[];
  readonly accuracy: number;
}

/** Densities that each layer is tried at: 0.85, 0.85², … */
const LADDER = Array.from({ length: 32 }, (_, i) => i).reduce<readonly number[]>(
  (ladder) => [...ladder, 0.85 * ladder[ladder.length - 1]],
  [1],
);

/** Turns over all layers; the search mostly ends sooner. */
const TURNS = 6;

/**
 * Sweeps the layers' densities one after the other, each over a ladder of densities while the others stay, until a turn over all
 * layers finds nothing better. The earliest best of a sweep wins.
 *
 * @param judge accuracy of densities, on validation data; it may pause between judgements
 */
export async function sweepLayers(
  start: JudgedDensities,
  judge: (densities: readonly number[]) => Promise<number>,
): Promise<JudgedDensities> {
  let best = start;
  for (let turn = 0; turn < TURNS; turn++) {
    const before = best;
    for (let l = 0; l < start.densities.length; l++) {
      for (const density of LADDER) {
        const densities = best.densities.with(l, density);
        const accuracy = await judge(densities);
        if (accuracy > best.accuracy) best = { densities, accuracy };
      }
    }
    if (best === before) break;
  }
  return best;
}

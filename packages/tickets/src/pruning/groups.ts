import { roundedCount } from '@winnow/arithmetic';
import { type Network, weightLayers } from '@winnow/engine';
import type { Pruning } from './pruning.js';

/** Layers whose weights are ranked together, by their index, and the fraction of survivors that a round removes. */
export interface PruningGroup {
  readonly layers: readonly number[];
  readonly rate: number;
}

/**
 * Which layers are ranked together. Layer by layer, as LeNet and the Conv networks in Frankle & Carbin 2019 §2, 3, or
 * all in one ranking at one rate, as ResNet and VGG (§4). The paper and OpenLTH leave some layers out of that ranking;
 * here that is the output layer, if its rate is 0, and shortcuts always (appendix I). Layers that no group names are not pruned.
 */
export function pruningGroups(network: Network, pruning: Pruning): readonly PruningGroup[] {
  const { rate, outputRate, convolutionRate = rate, scope } = pruning;
  const layers = [...weightLayers(network).entries()].map(([index, { isOutput, isShortcut, kind }]) => ({
    index,
    isShortcut,
    rate: isOutput ? outputRate : kind === 'convolution' && scope === 'layer' ? convolutionRate : rate,
  }));
  const pruned = layers.filter((layer) => layer.rate > 0 && !layer.isShortcut);
  switch (scope) {
    case 'layer':
      return pruned.map((layer) => ({ layers: [layer.index], rate: layer.rate }));
    case 'global':
      return pruned.length > 0 ? [{ layers: pruned.map(({ index }) => index), rate }] : [];
  }
}

/**
 * How many of n survivors of a group are left after some rounds: each removes floor(rate × survivors + ½)
 * (docs/arithmetic.md), but with `keepLayersAlive` leaves one to each of the group's layers.
 */
export function leftAfter(rounds: number, n: number, group: PruningGroup, pruning: Pruning): number {
  const least = pruning.keepLayersAlive ? Math.min(group.layers.length, n) : 0;
  let left = n;
  for (let round = 0; round < rounds; round++) left = Math.max(left - roundedCount(group.rate, left), least);
  return left;
}

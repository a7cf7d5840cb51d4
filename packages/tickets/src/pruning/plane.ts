import { maskIndices, randomStream } from '@winnow/arithmetic';
import { fullMasks, type Network, weightLayers } from '@winnow/engine';
import { criterionOf } from '../criteria/index.js';
import { type Criterion, type Group, type Region, scoreFor, type Weight } from '../criterion.js';
import { pruningGroups } from './groups.js';
import { oneShotMasks, type PruningContext } from './prune.js';
import type { Pruning } from './pruning.js';
import { groupOf, membersOf, scoresOf, type TrainedValues } from './survivor-group.js';

/** The weights of a layer in the (wi, wf) plane, and what a criterion keeps of them (Zhou et al. 2019, Figure 1). */
export interface LayerPlane {
  /** The weight layer, counted from 0. */
  readonly layer: number;
  readonly initial: Float32Array;
  readonly final: Float32Array;
  /** 1 for each weight that is kept. */
  readonly kept: Uint8Array;
  /** Which points of the plane are kept; null where the criterion looks at something else, or at nothing. */
  readonly region: ((initial: number, final: number) => boolean) | null;
}

/**
 * What one-shot pruning to a level keeps of a trained dense network, layer by layer; layers that are not pruned are left out.
 * @throws as `oneShotMasks`
 */
export function criterionPlanes(
  network: Network,
  dense: TrainedValues,
  pruning: Pruning,
  context: PruningContext,
): readonly LayerPlane[] {
  const criterion = criterionOf(pruning.criterion);
  const masks = oneShotMasks(network, dense, pruning, context);
  const layers = weightLayers(network);
  const full = fullMasks(network);
  const streams = layers.map((_, layer) => randomStream({ kind: 'random-order', ...context, layer }));
  return pruningGroups(network, pruning).flatMap((pruningGroup) => {
    const members = membersOf(pruningGroup.layers, full);
    const keptOf = members.map(({ layer }) => maskIndices(masks[layer]));
    const keep = keptOf.reduce((sum, { length }) => sum + length, 0);
    const group = groupOf(members, dense, keep, streams);
    const scores = scoresOf(criterion, group, members, layers);
    let threshold = Number.POSITIVE_INFINITY;
    for (const [m, { start }] of members.entries()) {
      for (const position of keptOf[m]) threshold = Math.min(threshold, scores[start + position]);
    }
    // Where pruned weights score as much, only their order decided, and the region ends above.
    const isTied = scores.reduce((count, score) => count + Number(score >= threshold), 0) > keep;
    return members.map(({ layer }, m): LayerPlane => {
      const kept = new Uint8Array(layers[layer].weights);
      for (const position of keptOf[m]) kept[position] = 1;
      const { weights: initial } = dense.initial[layer];
      return {
        layer,
        initial,
        final: dense.final[layer].weights,
        kept,
        region: regionOf(criterion, group, layer, { threshold, isTied }),
      };
    });
  });
}

/** The criterion's own region, or else where its score reaches the threshold, unless it reads more than the plane shows. */
function regionOf(
  criterion: Criterion,
  group: Group,
  layer: number,
  { threshold, isTied }: { readonly threshold: number; readonly isTied: boolean },
): LayerPlane['region'] {
  if (criterion.region === null) return null;
  const own: Region | undefined = criterion.region;
  if (own !== undefined) return (initial, final) => own({ initial, final }, threshold);
  const score = scoreFor(criterion, group);
  let readsMore = false;
  const hidden = () => {
    readsMore = true;
    return 0;
  };
  const point = (initial: number, final: number): Weight => ({
    initial,
    final,
    layer,
    get position() {
      return hidden();
    },
    get gradient() {
      return hidden();
    },
  });
  for (let i = 0; i < Math.min(group.final.length, 100); i++) score(point(group.initial[i], group.final[i]));
  if (readsMore) return null;
  const isIn = isTied ? (value: number) => value > threshold : (value: number) => value >= threshold;
  return (initial, final) => isIn(score(point(initial, final)));
}

import {
  type BitMask,
  countOnes,
  largestPositions,
  maskFromIndices,
  maskFromPredicate,
  maskIndices,
  roundedCount,
  sigmoidf,
} from '@winnow/arithmetic';
import type { Masks } from '../masks.js';
import type { Network } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { type Parameters, startBiases } from '../parameters.js';
import type { MaskRule } from './supermask.js';

/** The deterministic mask of a layer's scores. */
export function maskOfScores(rule: MaskRule, scores: Float32Array): BitMask {
  switch (rule.kind) {
    case 'sampled':
      return maskFromPredicate(scores.length, (i) => sigmoidf(scores[i]) > 0.5);
    case 'top':
      return maskFromIndices(scores.length, largestPositions(scores, keptOf(rule.density, scores.length)));
  }
}

/** How many of a layer's weights a density keeps: at least one. */
export function keptOf(density: number, weights: number): number {
  return Math.max(1, roundedCount(density, weights));
}

/** What a layer's weights are multiplied by: 1, or with rescaling its size ÷ its ones, as f32 (docs/arithmetic.md, "Supermasks"). */
export function maskFactor(mask: BitMask, rescale: boolean): number {
  const ones = countOnes(mask);
  return rescale && ones > 0 ? Math.fround(Math.fround(mask.length) / Math.fround(ones)) : 1;
}

/** A network of frozen values under masks, as survivors: what is shipped and judged. Biases are as at the start. */
export function maskedParameters(
  network: Network,
  masks: Masks,
  values: readonly Float32Array[],
  rescale: boolean,
): Parameters {
  return weightLayers(network).map((layer, l) => {
    const factor = maskFactor(masks[l], rescale);
    return {
      weights: Float32Array.from(maskIndices(masks[l]), (position) => Math.fround(values[l][position] * factor) + 0),
      biases: startBiases(layer),
    };
  });
}

import { maskFromPredicate } from '@winnow/arithmetic';
import type { Recipe } from '@winnow/engine';
import {
  biasTable,
  masksOfBytes,
  nearestValue,
  type Packed,
  parametersOf,
  placeValues,
  type Quantised,
  type Quantiser,
  tablesFor,
  tensorsOf,
} from '@winnow/formats';
import { type Bench, tune } from './tune.js';

/** The share of a layer's survivors that have one of the shared values after each step. */
export const SHARES: readonly number[] = [0.5, 0.75, 0.9, 1];

/**
 * Makes values few while the others learn to make up for it: the largest survivors take the nearest of their layer's shared values and
 * keep it, the rest is trained on, and so on until none is left; last, biases alone (Zhou et al. 2017, "Incremental Network
 * Quantization", §2.2; the shared values are found by k-means beforehand, as in Han, Mao & Dally 2016).
 *
 * @param recipe of the training after each step
 * @param shares ascending to 1
 */
export async function shareValues(
  bench: Bench,
  packed: Packed,
  quantiser: Extract<Quantiser, { kind: 'shared' }>,
  recipe: Recipe,
  shares: readonly number[],
  progress: (share: number) => void,
): Promise<Quantised> {
  const { network } = bench;
  const { survives } = packed;
  const tables = tablesFor(packed, quantiser);
  const masks = masksOfBytes(survives);
  const shared = survives.map((layer) => new Uint8Array(layer.length));
  let tensors = packed.tensors;
  for (const [step, share] of shares.entries()) {
    tensors = tensors.map(({ weights, biases }) => ({ weights: weights.slice(), biases }));
    for (const [l, { weights }] of tensors.entries()) {
      for (const at of largest(weights, survives[l], share)) {
        if (shared[l][at] === 0) weights[at] = nearestValue(weights[at], tables[l].weights);
        shared[l][at] = 1;
      }
    }
    const frozen = shared.map((layer) => maskFromPredicate(layer.length, (i) => layer[i] === 1));
    const start = parametersOf(network, masks, tensors);
    const tuned = await tune(bench, masks, start, recipe, frozen, (done) => progress((step + done) / shares.length));
    tensors = tensorsOf(network, masks, tuned);
  }
  const biases = tensors.map((layer) => biasTable(layer.biases, quantiser));
  return placeValues(
    { survives, tensors },
    tables.map((table, l) => ({ ...table, biases: biases[l] })),
  );
}

/** Positions of so large a share of a layer's survivors, largest first; ties by position. */
function largest(weights: Float32Array, survives: Uint8Array, share: number): readonly number[] {
  const positions = [...survives.keys()].filter((at) => survives[at] === 1);
  const size = (at: number): number => Math.abs(weights[at]);
  return positions.sort((a, b) => size(b) - size(a) || a - b).slice(0, Math.ceil(share * positions.length));
}

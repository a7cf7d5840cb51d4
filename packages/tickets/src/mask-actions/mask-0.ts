import { type BitMask, maskFromPredicate, maskHas, maskIndices } from '@winnow/arithmetic';
import type { Masks, Parameters } from '@winnow/engine';

/**
 * What becomes of pruned weights (Zhou et al. 2019 §5, "mask-0 actions").
 *
 * - `zero`: they are gone. The paper's best, and the only one under which a pruned weight has no storage.
 * - `frozen`: they keep their values of iteration 0 and are never trained.
 * - `variant-1`: those that moved toward zero in the training that they were pruned after, |wf| < |wi|, are gone; the
 *   others are frozen at iteration 0.
 * - `variant-2`: the same, and kept weights that moved toward zero start from zero.
 *
 * The decision on a pruned weight is final: it is made once, in the round that removes it. The paper compares the
 * variants at each round's own pruning and leaves this open. wi is what the training started from; under `variant-2`,
 * the value before it was set to zero. A weight that did not move did not move toward zero.
 */
export const mask0Actions = ['zero', 'frozen', 'variant-1', 'variant-2'] as const;

export type Mask0Action = (typeof mask0Actions)[number];

/** The weights of a training before and after a round, all as survivors of `kept`. */
export interface RoundBefore {
  /** Kept by the level before. */
  readonly kept: Masks;
  readonly began: Parameters;
  readonly ended: Parameters;
  /** Frozen by the level before; null if there are none. */
  readonly frozen: Masks | null;
}

/** Which weights are frozen from now on, by the level's new masks; null where the action freezes none. */
export function frozenMasks(action: Mask0Action, kept: Masks, before: RoundBefore): Masks | null {
  if (action === 'zero') return null;
  return kept.map((mask, l) => {
    const toward = towardZero(before, l);
    return maskFromPredicate(mask.length, (position) => {
      if (before.frozen !== null && maskHas(before.frozen[l], position)) return true;
      const isPruned = maskHas(before.kept[l], position) && !maskHas(mask, position);
      return isPruned && (action === 'frozen' || !maskHas(toward, position));
    });
  });
}

/** The start values of kept weights under a mask-0 action: under `variant-2` some of them are 0. */
export function keptUnder(action: Mask0Action, kept: Masks, start: Parameters, before: RoundBefore): Parameters {
  if (action !== 'variant-2') return start;
  return start.map(({ weights, biases }, l) => {
    const toward = towardZero(before, l);
    const positions = maskIndices(kept[l]);
    return { weights: weights.map((value, i) => (maskHas(toward, positions[i]) ? 0 : value)), biases };
  });
}

function towardZero({ kept, began, ended }: RoundBefore, l: number): BitMask {
  const moved = new Uint8Array(kept[l].length);
  for (const [place, position] of maskIndices(kept[l]).entries()) {
    moved[position] = Math.abs(ended[l].weights[place]) < Math.abs(began[l].weights[place]) ? 1 : 0;
  }
  return maskFromPredicate(moved.length, (position) => moved[position] === 1);
}

/** Kept and frozen weights together: what memory holds. */
export function storedMasks(kept: Masks, frozen: Masks): Masks {
  return kept.map((mask, l) =>
    maskFromPredicate(mask.length, (position) => maskHas(mask, position) || maskHas(frozen[l], position)),
  );
}

/** The values of `inner` in place of those of `outer`, whose masks contain its own; biases are those of `inner`. */
export function laidOver(outerMasks: Masks, outer: Parameters, innerMasks: Masks, inner: Parameters): Parameters {
  return outer.map(({ weights }, l) => {
    const laid = weights.slice();
    let place = 0;
    for (const [i, position] of maskIndices(outerMasks[l]).entries()) {
      if (maskHas(innerMasks[l], position)) laid[i] = inner[l].weights[place++];
    }
    return { weights: laid, biases: inner[l].biases };
  });
}

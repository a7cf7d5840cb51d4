import { type BitMask, countOnes, maskHas, maskIndices } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import type { Masks } from '../masks.js';
import type { WeightLayer } from '../network/network.js';
import type { Form } from './forms.js';
import type { Layout } from './layout.js';
import type { FrozenWeights, Plan } from './plan.js';

/**
 * Where the frozen ones among a layer's live weights lie. Each step computes them like the others and then puts them
 * back, so that they take part in the forward pass and the input gradient but are never changed. Their moments go on
 * and decide nothing.
 *
 * @param frozen which of the mask's survivors are frozen
 * @returns null if none is
 */
export function frozenWeights(
  name: string,
  { order, live }: Pick<Form, 'order' | 'live'>,
  mask: BitMask,
  frozen: BitMask,
  layout: Layout,
): FrozenWeights | null {
  const positions = maskIndices(mask);
  const at = Int32Array.from({ length: live }, (_, place) => place).filter((place) =>
    maskHas(frozen, positions[order[place]]),
  );
  if (at.length === 0) return null;
  return {
    at,
    places: layout.add(`${name} frozen places`, at.length),
    held: layout.add(`${name} frozen values`, at.length),
  };
}

/** Has each step put the frozen weights back to what the arena holds now. */
export function holdFrozen({ layers }: Pick<Plan, 'layers'>, { floats }: Arena): void {
  for (const { frozen, weights } of layers) {
    if (frozen === null) continue;
    for (const [k, place] of frozen.at.entries())
      floats[frozen.held.offset + k] = floats[weights.values.offset + place];
  }
}

/** @throws RangeError unless every frozen weight survives in the masks */
export function requireFrozenIn(layers: readonly WeightLayer[], masks: Masks, frozen: Masks): void {
  for (const [l, { name, weights }] of layers.entries()) {
    if (frozen[l]?.length !== weights) throw new RangeError(`layer "${name}" takes a frozen mask of ${weights} bits`);
    const both = maskIndices(frozen[l]).filter((position) => maskHas(masks[l], position));
    if (both.length !== countOnes(frozen[l])) {
      throw new RangeError(`layer "${name}" has frozen weights that its mask does not keep`);
    }
  }
}

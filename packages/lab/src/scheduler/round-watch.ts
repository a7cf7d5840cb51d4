import { type BitMask, maskFromBytes } from '@winnow/arithmetic';
import type { Masks, SavedRun } from '@winnow/engine';
import { type EarlyBird, largestDistance } from '@winnow/tickets';

/** Watches whether the mask of a round settles. */
export interface RoundWatch {
  /**
   * Looks at the mask at the first evaluation after each epoch.
   * @param masksNow the masks that the search would go on with; computed only when they are looked at
   */
  hasSettled(iteration: number, masksNow: () => Masks): boolean;
  /** The distance at which it has settled; null if it has not. */
  settledAt(): number | null;
  /** The masks of the window, for a checkpoint. */
  arrays(): SavedRun['arrays'];
}

/** What a round is watched by. */
export interface RoundRule {
  readonly rule: EarlyBird;
  /** The weights that the round chooses among. */
  readonly among: Masks;
  /** Of an epoch. */
  readonly batches: number;
  /** Where an interrupted round goes on. */
  readonly saved: SavedRun | null;
  /** Iterations that others are rewound to: it must not stop before them. */
  readonly needed: readonly number[];
}

/** Watches a round from its start, or from where it was interrupted, with the masks that were seen until then. */
export function roundWatch({ rule, among, batches, saved, needed }: RoundRule): RoundWatch {
  let window = saved === null ? [] : windowFrom(saved.arrays, among);
  let before = saved?.meta.iteration ?? null;
  let settled: number | null = null;
  return {
    hasSettled(iteration, masksNow) {
      const last = before ?? iteration;
      before = iteration;
      if (Math.floor(iteration / batches) === Math.floor(last / batches)) return false;
      const now = masksNow();
      const distance = largestDistance(window, now, among, rule);
      window = [...window, now].slice(-rule.window);
      if (distance === null || distance >= rule.threshold || needed.some((at) => at > iteration)) return false;
      settled = distance;
      return true;
    },
    settledAt: () => settled,
    arrays: () =>
      Object.fromEntries(
        window.flatMap((masks, i) =>
          masks.map(({ bytes }, layer): [string, Float32Array] => [nameOf(i, layer), Float32Array.from(bytes)]),
        ),
      ),
  };
}

const nameOf = (i: number, layer: number): string => `early-bird.${i}.${layer}`;

/** A byte of a mask is a value of its array. */
function windowFrom(arrays: SavedRun['arrays'], among: Masks): readonly Masks[] {
  const window: Masks[] = [];
  for (let i = 0; arrays[nameOf(i, 0)] !== undefined; i++) {
    const maskOf = ({ length }: BitMask, layer: number): BitMask =>
      maskFromBytes(length, Uint8Array.from(arrays[nameOf(i, layer)] ?? []));
    window.push(among.map(maskOf));
  }
  return window;
}

import { andMask, countOnes } from '@winnow/arithmetic';
import type { Masks } from '@winnow/engine';
import type { CellId } from '../cells/cell.js';
import type { Search } from '../cells/search.js';
import type { EarlyBird } from './rule.js';

/** As in the paper, §4. */
export const earlyBirdDefaults: Pick<EarlyBird, 'threshold' | 'window'> = { threshold: 0.1, window: 5 };

/**
 * Normalised Hamming distance of two masks (You et al. 2020, §4): the share of the weights of `among` that survive in one and
 * not in the other. Between 0 and 1.
 */
export function maskDistance(a: Masks, b: Masks, among: Masks): number {
  const count = (masks: Masks): number => masks.reduce((sum, mask) => sum + countOnes(mask), 0);
  const both = count(a.map((mask, layer) => andMask(mask, b[layer])));
  return (count(a) + count(b) - 2 * both) / count(among);
}

/** The largest distance to the masks of the window; null until there are as many as it asks for. */
export function largestDistance(
  before: readonly Masks[],
  now: Masks,
  among: Masks,
  { window }: EarlyBird,
): number | null {
  if (before.length < window) return null;
  return Math.max(...before.slice(-window).map((masks) => maskDistance(masks, now, among)));
}

/** The early-bird rule under which a cell trains: that of its search if it is a round before the last level, else null. */
export function earlyBirdOf({ earlyBird, schedule }: Search, { kind, level }: CellId): EarlyBird | null {
  if (earlyBird === undefined || level >= earlyBird.lastLevel) return null;
  return kind === 'dense' || (kind === 'ticket' && schedule === 'iterative') ? earlyBird : null;
}

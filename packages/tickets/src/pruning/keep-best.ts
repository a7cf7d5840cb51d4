import { largestPositions } from '@winnow/arithmetic';
import type { Member } from './survivor-group.js';

/**
 * The places of the `keep` largest scores of a group, ascending. Ties go by ascending place: the lower is removed first.
 *
 * @throws RangeError if `keep` is more than there are
 */
export function keepBest(scores: Float64Array, keep: number): Uint32Array {
  return largestPositions(scores, keep);
}

/**
 * The same, but the best of each member is kept first, so that no layer dies; `keep` counts them too. Where every layer
 * would have lived, this is what `keepBest` gives.
 *
 * @throws RangeError if there are more members with survivors than `keep`
 */
export function keepBestOfEach(scores: Float64Array, keep: number, members: readonly Member[]): Uint32Array {
  const reserved = new Set<number>();
  for (const { start, positions } of members) {
    const own = scores.subarray(start, start + positions.length);
    if (own.length > 0) reserved.add(start + largestPositions(own, 1)[0]);
  }
  const others = Uint32Array.from(scores.keys()).filter((place) => !reserved.has(place));
  const otherScores = Float64Array.from(others, (place) => scores[place]);
  const best = largestPositions(otherScores, keep - reserved.size);
  return Uint32Array.from([...reserved, ...best.map((i) => others[i])]).sort();
}

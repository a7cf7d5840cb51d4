/**
 * The positions of the `keep` largest scores, in ascending order. What is not kept is removed by ascending score, and
 * equal scores by ascending position: of two equal ones, the lower position goes first. +0 and −0 are equal.
 *
 * @throws RangeError if a score is not finite (naming its position), or `keep` is not an integer in 0 … scores.length
 */
export function largestPositions(scores: Float32Array | Float64Array, keep: number): Uint32Array {
  const count = scores.length;
  if (!(Number.isInteger(keep) && keep >= 0 && keep <= count)) throw new RangeError(`cannot keep ${keep} of ${count}`);
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(scores[i])) throw new RangeError(`the score at position ${i} is ${scores[i]}, not finite`);
  }
  const kept = new Uint32Array(keep);
  if (keep === 0) return kept;

  const smallestKept = nthSmallest(scores.slice(), count - keep);
  let above = 0;
  for (let i = 0; i < count; i++) if (scores[i] > smallestKept) above++;

  // From the end, so that of the equal scores the higher positions find a place.
  let equalsLeft = keep - above;
  let place = keep;
  for (let i = count - 1; i >= 0; i--) {
    if (scores[i] > smallestKept || (scores[i] === smallestKept && equalsLeft-- > 0)) kept[--place] = i;
  }
  return kept;
}

/** The value that would stand at index n if the values were sorted. Reorders them (Hoare's quickselect). */
function nthSmallest(values: Float32Array | Float64Array, n: number): number {
  let first = 0;
  let last = values.length - 1;
  while (first < last) {
    const pivot = median(values[first], values[(first + last) >>> 1], values[last]);
    let i = first;
    let j = last;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const moved = values[i];
      values[i++] = values[j];
      values[j--] = moved;
    }
    // Now first … j ≤ pivot ≤ i … last, and whatever lies between j and i equals the pivot.
    if (n <= j) last = j;
    else if (n >= i) first = i;
    else return pivot;
  }
  return values[first];
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

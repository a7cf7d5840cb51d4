/** f32 sums in another order may differ by so much of the largest logit. */
const TOLERANCE = 1e-5;

/**
 * Compares logits, f32 (images, classes): { images, labelsThatDiffer, largestDifference, allowed, agrees }. A label may differ only where
 * the engine's two largest logits are closer than twice what rounding explains.
 */
export function compareLogits(own, other, classes) {
  const images = own.length / classes;
  let largest = 0;
  for (const logit of own) largest = Math.max(largest, Math.abs(logit));
  const allowed = TOLERANCE * largest;
  let labelsThatDiffer = 0;
  let agrees = other.length === own.length;
  let largestDifference = 0;
  for (let image = 0; image < images && agrees; image++) {
    const mine = own.subarray(classes * image, classes * (image + 1));
    const theirs = other.subarray(classes * image, classes * (image + 1));
    mine.forEach((logit, c) => {
      const difference = Math.abs(logit - theirs[c]);
      if (!(difference <= allowed)) agrees = false;
      largestDifference = Math.max(largestDifference, difference);
    });
    const [label, otherLabel] = [labelOf(mine), labelOf(theirs)];
    if (label === otherLabel) continue;
    labelsThatDiffer++;
    if (!(mine[label] - mine[otherLabel] <= 2 * allowed)) agrees = false;
  }
  return { images, labelsThatDiffer, largestDifference, allowed, agrees };
}

/** The first of the largest. */
export function labelOf(logits) {
  let label = 0;
  for (let c = 1; c < logits.length; c++) if (logits[c] > logits[label]) label = c;
  return label;
}

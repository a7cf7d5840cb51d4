import type { Group } from '../criterion.js';

/** 2²⁸⁰ and its inverse: with α between them, α |wf| is finite for every f32, and 0 for wf = 0 alone. */
const LARGEST_ALPHA = 1.942668892225729e84;
const SMALLEST_ALPHA = 1 / LARGEST_ALPHA;

/**
 * The α by which Zhou et al. 2019 (§2) bring final values to the scale of initial ones: the ratio P_q(|wi|) / P_q(|wf|)
 * of the two q-th percentiles, for the q at which the weights beyond both are as many as are to be kept:
 *
 *     large: |{ |wi| ≥ P_q(|wi|) and |wf| ≥ P_q(|wf|) }| ≥ keep, for the largest such q
 *     small: |{ |wi| ≤ P_q(|wi|) and |wf| ≤ P_q(|wf|) }| ≥ keep, for the smallest such q
 *
 * q runs over the places of the sorted values, so percentiles are values that occur. Where a percentile is 0, α is held
 * between 2⁻²⁸⁰ and 2²⁸⁰, which ranks as the limit does; it is 1 where both are. The authors' code bisects q to 10⁻⁴ and
 * may keep a few weights more or less than asked; here the score is ranked, so the count is exact.
 */
export function alignment(group: Group, region: 'large' | 'small'): number {
  const initial = group.initial.map(Math.abs);
  const final = group.final.map(Math.abs);
  const sortedInitial = initial.slice().sort();
  const sortedFinal = final.slice().sort();

  const holdsEnough = (place: number): boolean => {
    const pi = sortedInitial[place];
    const pf = sortedFinal[place];
    let inside = 0;
    for (let i = 0; i < initial.length; i++) {
      const isInside = region === 'large' ? initial[i] >= pi && final[i] >= pf : initial[i] <= pi && final[i] <= pf;
      if (isInside) inside++;
    }
    return inside >= group.keep;
  };

  // `wide` always holds enough, as it takes in every weight; bisect towards the tightest place that does.
  let wide = region === 'large' ? 0 : initial.length - 1;
  let tight = region === 'large' ? initial.length : -1;
  while (Math.abs(tight - wide) > 1) {
    const middle = (wide + tight) >> 1;
    if (holdsEnough(middle)) wide = middle;
    else tight = middle;
  }
  return heldRatio(sortedInitial[wide], sortedFinal[wide]);
}

function heldRatio(initial: number, final: number): number {
  if (initial === final) return 1;
  return Math.min(Math.max(initial / final, SMALLEST_ALPHA), LARGEST_ALPHA);
}

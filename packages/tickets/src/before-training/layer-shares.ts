import type { WeightLayer } from '@winnow/engine';

/**
 * How many weights each layer keeps of `keep` in all, in proportion to its shares, but no more than it has: where a layer is full, the others share
 * what is left. Whole numbers by largest remainders, earlier layers first where these are equal.
 */
export function sharedOut(layers: readonly WeightLayer[], shares: readonly number[], keep: number): readonly number[] {
  const full = new Set<number>();
  for (;;) {
    const open = layers.map((_, l) => l).filter((l) => !full.has(l));
    const left = keep - [...full].reduce((sum, l) => sum + layers[l].weights, 0);
    const sum = open.reduce((total, l) => total + shares[l], 0);
    const wanted = (l: number) => (left * shares[l]) / sum;
    const over = open.filter((l) => wanted(l) > layers[l].weights);
    if (over.length === 0) return wholeNumbers(layers, full, open, wanted, left);
    for (const l of over) full.add(l);
  }
}

function wholeNumbers(
  layers: readonly WeightLayer[],
  full: ReadonlySet<number>,
  open: readonly number[],
  wanted: (layer: number) => number,
  left: number,
): readonly number[] {
  const counts = layers.map(({ weights }, l) => (full.has(l) ? weights : Math.floor(wanted(l))));
  const remainder = (l: number) => wanted(l) - counts[l];
  const missing = left - open.reduce((sum, l) => sum + counts[l], 0);
  const byRemainder = open
    .filter((l) => counts[l] < layers[l].weights)
    .sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const l of byRemainder.slice(0, missing)) counts[l]++;
  return counts;
}

/**
 * Erdős–Rényi kernel: a layer's density is in proportion to the sum of its tensor's sizes over their product (Mocanu et al. 2018, eq. 3;
 * with kernels Evci et al. 2020, §3), so its count to the sum.
 */
export const erkShares = (layers: readonly WeightLayer[]): readonly number[] =>
  layers.map(({ shape }) => shape.reduce((sum, size) => sum + size, 0));

/** The same density in every layer. */
export const uniformShares = (layers: readonly WeightLayer[]): readonly number[] =>
  layers.map(({ weights }) => weights);

/** Batches over which the final training loss is the mean (docs/arithmetic.md). */
const REMEMBERED = 100;

/** The losses of the last training batches. Adding allocates nothing. */
export interface RecentLosses {
  add(loss: number): void;
  /** In f64, over the batches there are; 0 if there is none. */
  mean(): number;
  /** Oldest first. */
  values(): Float32Array;
}

export function recentLosses(start: Float32Array = new Float32Array(0)): RecentLosses {
  const ring = new Float32Array(REMEMBERED);
  let added = 0;
  const add = (loss: number): void => {
    ring[added++ % REMEMBERED] = loss;
  };
  for (const loss of start) add(loss);
  const values = (): Float32Array => {
    const count = Math.min(added, REMEMBERED);
    return Float32Array.from({ length: count }, (_, i) => ring[(added - count + i) % REMEMBERED]);
  };
  return { add, values, mean: () => meanOf(values()) };
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Which of `count` bins of one width, from `lowest` on, holds x; the first and last hold whatever lies beyond. */
export function bin(x: number, lowest: number, width: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((x - lowest) / width)));
}

/** x, or the bound nearest to it. */
export function held(x: number, bound: number): number {
  return x > bound ? bound : x < -bound ? -bound : x;
}

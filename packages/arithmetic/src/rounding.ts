/** A share of n things as a whole number: floor(rate · n + ½). How many weights a round removes from n survivors. */
export function roundedCount(rate: number, n: number): number {
  return Math.floor(rate * n + 0.5);
}

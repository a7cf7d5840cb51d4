/** What 1 is in whole numbers of a probability. */
export const ONE = 0x1_0000;

/** Below this width the interval is widened by a byte. */
export const NARROW = 0x0100_0000;

/** Where an interval of `range` places is divided: 1 lies below, 0 from there on. Exact, as the product is below 2⁴⁸. */
export function divided(range: number, probability: number): number {
  return Math.floor((range * probability) / ONE);
}

/** The probability to code with: a whole number of 2⁻¹⁶, held inside so that neither bit is ever impossible. */
export function codable(probability: number): number {
  return Math.max(1, Math.min(ONE - 1, Math.floor(probability * ONE)));
}

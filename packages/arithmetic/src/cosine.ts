/** π / 2 */
const HALF_PI = 1.5707963267948966;

/**
 * (1 + cos πt) / 2 for 0 ≤ t ≤ 1, in f64, within 2⁻⁵² of the true value: the cosine rate schedule, by + − × alone.
 * It is cos²(πt/2), taken as 1 − sin²(πt/2) in the first half and, mirrored, as sin² in the second; 1 at 0 and 0 at 1.
 *
 * @throws RangeError outside 0 ≤ t ≤ 1
 */
export function cosineHalf(t: number): number {
  if (!(t >= 0 && t <= 1)) throw new RangeError(`the cosine schedule runs from 0 to 1, not at ${t}`);
  if (t <= 0.5) {
    const sine = sineUpToQuarterPi(t * HALF_PI);
    return 1 - sine * sine;
  }
  const sine = sineUpToQuarterPi((1 - t) * HALF_PI);
  return sine * sine;
}

/** Taylor's series up to y¹⁷: its next term is below 2⁻⁶³ for |y| ≤ π/4. */
function sineUpToQuarterPi(y: number): number {
  const z = y * y;
  let p = 1 / 355687428096000;
  p = p * z - 1 / 1307674368000;
  p = p * z + 1 / 6227020800;
  p = p * z - 1 / 39916800;
  p = p * z + 1 / 362880;
  p = p * z - 1 / 5040;
  p = p * z + 1 / 120;
  p = p * z - 1 / 6;
  return y + y * (z * p);
}

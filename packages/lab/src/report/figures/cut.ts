/**
 * A chain of points, cut at `low` as a frame would cut it: where one of the `measures` crosses `low` between two
 * neighbours, the point of crossing is added, all values on the straight line between them. What lies under `low` is
 * still there, now never joined to what lies above it; callers leave it out or lift it to `low`.
 *
 * Cut here and not by a clip of the drawing: clips are slow to draw, and some programs fail on what they hide entirely.
 */
export function cutAt<Measure extends string, Point extends Readonly<Record<Measure, number>>>(
  points: readonly Point[],
  measures: readonly Measure[],
  low: number,
): readonly Point[] {
  return points.flatMap((point, i) => {
    if (i + 1 === points.length) return [point];
    const next = points[i + 1];
    const crossings = measures
      .filter((measure) => (point[measure] - low) * (next[measure] - low) < 0)
      .map((measure) => ({ measure, at: (low - point[measure]) / (next[measure] - point[measure]) }))
      .sort((a, b) => a.at - b.at);
    return [point, ...crossings.map(({ measure, at }) => ({ ...between(point, next, at), [measure]: low }))];
  });
}

/** The point that lies `at` of the way from a to b in every number. */
function between<Point extends object>(a: Point, b: Point, at: number): Point {
  const values = Object.entries(a).map(([name, value]) => {
    const other: unknown = b[name as keyof Point];
    return [name, typeof value === 'number' && typeof other === 'number' ? value + at * (other - value) : value];
  });
  return Object.fromEntries(values) as Point;
}

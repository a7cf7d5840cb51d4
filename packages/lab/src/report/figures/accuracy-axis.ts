import type { ScaleOptions } from '@observablehq/plot';

/** The least and the greatest value on an axis. */
export type Domain = readonly [number, number];

/** An axis of accuracies between 0 and 1, shown in per cent with as many decimals as its ticks need. */
export function accuracyAxis(domain: Domain): ScaleOptions {
  const digits = domain[1] - domain[0] < 0.045 ? 1 : 0;
  return {
    label: null,
    domain,
    grid: true,
    ticks: 6,
    tickFormat: (accuracy: number) => (100 * accuracy).toFixed(digits),
  };
}

import { accuracyPercent } from './format.js';
import { spreadOf } from './statistics.js';

/** Accuracies over trials: "98.33 % (98.29–98.38)"; without its range if there is one, a dash if there is none. */
export function accuracyText(trials: readonly number[]): string {
  const spread = spreadOf(trials);
  if (spread === null) return '–';
  if (spread.count === 1) return accuracyPercent(spread.mean);
  const bare = (value: number) => (100 * value).toFixed(2);
  return `${accuracyPercent(spread.mean)} (${bare(spread.min)}–${bare(spread.max)})`;
}

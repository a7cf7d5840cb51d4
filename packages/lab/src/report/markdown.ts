import { accuracyPercent, count, densityPercent, points } from './format.js';
import type { RunResult } from './input.js';
import { type LevelRow, levelRows, otherKinds } from './levels.js';
import { kindNames } from './palette.js';
import type { Spread } from './statistics.js';

/** What a paper says of a level, in its own words and numbers, and where. */
export interface PaperValue {
  readonly level: number;
  readonly says: string;
  readonly source: string;
}

/**
 * The table by level in Markdown, means with the range in brackets; with `paperValues` a last column shows what a paper
 * found at that level, and only levels that it speaks of are kept (and the dense network).
 */
export function markdownTable(run: RunResult, paperValues: readonly PaperValue[] = []): string {
  const others = otherKinds(run);
  const spoken = new Set(paperValues.map((value) => value.level));
  const rows = levelRows(run).filter((row) => spoken.size === 0 || row.level === 0 || spoken.has(row.level));
  const dense = rows.find((row) => row.level === 0);
  const header = ['Level', 'Density', 'Weights', 'Early stop', 'Sooner', 'Test accuracy', 'To dense'];
  header.push(...others.map((kind) => kindNames[kind]));
  if (spoken.size > 0) header.push('The paper');
  const body = rows.map((row) => [
    row.isWinner ? `**${row.level}**` : `${row.level}`,
    densityPercent(row.density),
    count(row.weights),
    withRange(row.earlyStop, count),
    sooner(row, dense),
    withRange(row.testAccuracy, accuracyPercent),
    row.difference === null ? '' : points(row.difference, 2),
    ...others.map((kind) => withRange(row.others.get(kind) ?? null, accuracyPercent)),
    ...(spoken.size > 0 ? [paperSays(paperValues, row.level)] : []),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rule = line(header.map((_, column) => (column === header.length - 1 && spoken.size > 0 ? '---' : '---:')));
  return line(header) + rule + body.map(line).join('');
}

function withRange(spread: Spread | null, show: (value: number) => string): string {
  if (spread === null) return '';
  if (spread.count === 1) return show(spread.mean);
  return `${show(spread.mean)} (${show(spread.min).replace(' %', '')}–${show(spread.max).replace(' %', '')})`;
}

/** How much sooner the early stop comes, as the papers put it: 1 − its iteration over the dense network's. */
function sooner(row: LevelRow, dense: LevelRow | undefined): string {
  if (dense === undefined || row.level === 0 || row.difference === null) return '';
  const share = Math.round(100 * (1 - row.earlyStop.mean / dense.earlyStop.mean));
  return share < 0 ? `−${-share} %` : `${share} %`;
}

function paperSays(values: readonly PaperValue[], level: number): string {
  return values
    .filter((value) => value.level === level)
    .map((value) => `${value.says} (${value.source})`)
    .join('; ');
}

import { accuracyPercent, count, densityPercent, loss, points } from '../format.js';
import type { ReportRun } from '../input.js';
import { type LevelRow, levelRows, otherKinds } from '../levels.js';
import { kindNames } from '../palette.js';
import { type Spread, trialCount } from '../statistics.js';
import { pageText, table } from './markup.js';

/** The numbers by level, dense first, the winner marked. */
export function levelTable(run: ReportRun): string {
  const others = otherKinds(run);
  const header = ['Level', 'Density', 'Weights left', 'Early stop', 'Validation loss', 'Test accuracy', 'To dense'];
  const ranges = trialCount(run.cells) > 1 ? ' Means; below them the range over trials and replicates.' : '';
  return table({
    className: 'levels',
    caption: `Each level at its early stop: the iteration of the least validation loss. “To dense” is in percentage points of test accuracy.${ranges}`,
    header: [...header, ...others.map((kind) => kindNames[kind]), 'µs per step'],
    rows: levelRows(run).map((row) => levelRow(row)),
  });
}

function levelRow(row: LevelRow): string {
  const cells = [
    densityPercent(row.density),
    count(row.weights),
    withRange(row.earlyStop, count),
    withRange(row.validationLoss, loss),
    withRange(row.testAccuracy, accuracyPercent),
    row.difference === null ? '' : points(row.difference, 2),
    ...[...row.others.values()].map((spread) => withRange(spread, accuracyPercent)),
    count(row.microsecondsPerStep.mean),
  ];
  const winner = '<span aria-hidden="true"> ★</span><span class="unseen">, the winner</span>';
  const start = row.isWinner
    ? `<tr class="winner"><th scope="row">${row.level}${winner}</th>`
    : `<tr><th scope="row">${row.level}</th>`;
  return `${start}${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function withRange(spread: Spread | null, show: (value: number) => string): string {
  if (spread === null) return '';
  if (spread.count === 1) return pageText(show(spread.mean));
  const bare = (value: number) => show(value).replace(' %', '');
  return `${pageText(show(spread.mean))}<small>${bare(spread.min)}–${bare(spread.max)}</small>`;
}

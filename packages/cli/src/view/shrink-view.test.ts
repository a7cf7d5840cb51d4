import type { CellSummary, LabEvent, ShrinkEvent, ShrinkFile } from '@winnow/lab';
import { expect, it } from 'vitest';
import { shrinkView } from './shrink-view.js';

const cell = { kind: 'ticket', level: 3, trial: 0, replicate: 0 } as CellSummary;
const search = (event: LabEvent): ShrinkEvent => ({ kind: 'search', event });
const file = {
  ...{ name: 'level-03', bytes: 4321, density: 0.05 },
  ...{ validationAccuracy: 0.981, testAccuracy: 0.98 },
} as ShrinkFile;

const events: readonly ShrinkEvent[] = [
  search({ kind: 'note', message: 'A note.' }),
  search({ kind: 'cell-progress', cell, iteration: 600, iterations: 1000, secondsLeft: 9 }),
  search({ kind: 'cell-progress', cell, iteration: 900, iterations: 1000, secondsLeft: 9 }),
  { kind: 'supermask', pressure: 2, event: { kind: 'progress', trial: 0, iteration: 500, iterations: 20_000 } },
  { kind: 'progress', name: 'level-03', share: 0.509 },
  { kind: 'file', file, reused: true },
];

/** What is written while each of these events comes half a minute after the one before. */
function written(isTTY: boolean): string {
  let [text, time] = ['', 0];
  const write = (part: string | Uint8Array) => {
    text += part;
    return true;
  };
  const view = shrinkView(false, { isTTY, write }, () => time);
  for (const event of events) {
    time += 30_000;
    view.show(event);
  }
  view.close();
  return text;
}

const made =
  'level-03: 4,321 bytes, 5.0 % of the weights, 98.10 % on validation data, 98.00 % on test data (was there)';

it('shows, where there is no terminal, every file, and a line a minute at most of what is trained', () => {
  expect(written(false).split('\n')).toEqual(['A note.', 'search, level 3: 90 %', 'level-03: 50 %', made, '']);
});

it('shows one line that changes on a terminal, and every file', () => {
  expect(written(true).split('\r\x1b[K')).toEqual([
    '',
    'A note.\n',
    'search, level 3: 60 %',
    'search, level 3: 90 %',
    'supermask-2, trial 0: 500 of 20,000 steps',
    'level-03: 50 %',
    `${made}\n`,
    '',
  ]);
});

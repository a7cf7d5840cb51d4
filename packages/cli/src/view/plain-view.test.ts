import type { CellSummary, EstimatedCell, LabEvent } from '@winnow/lab';
import { expect, it } from 'vitest';
import { plainView } from './plain-view.js';

const cellAt = (level: number): CellSummary => ({
  ...({ kind: level === 0 ? 'dense' : 'ticket', level, trial: 0, replicate: 0 } as const),
  ...{ density: 0.8 ** level, weights: 1000 - level, stored: 1000, digest: '', microsecondsPerStep: 100 },
  earlyStop: { iteration: 1200, validationLoss: 0.07, testAccuracy: 0.98 },
  final: { trainLoss: 0, validationLoss: 0.08, testAccuracy: 0.98 },
});
const trained = (iteration: number): LabEvent => ({
  ...{ kind: 'cell-progress', cell: cellAt(1), iteration, iterations: 6000, secondsLeft: 600 },
});

const events: readonly LabEvent[] = [
  {
    ...{ kind: 'plan', run: null, backend: 'native', isa: 'avx2', workers: 1, threads: 2, seconds: 900 },
    cells: [0, 1].map((level) => ({ ...cellAt(level), name: '', seconds: 1 }) as unknown as EstimatedCell),
    finished: new Set<string>(),
  },
  { kind: 'cell-finished', cell: cellAt(0), reused: false },
  ...[100, 200, 300, 400].map(trained),
  { kind: 'cell-finished', cell: cellAt(1), reused: false },
];

it('writes a line for each training, and how far one is that takes longer than a minute', () => {
  let [text, time] = ['', 0];
  const write = (part: string | Uint8Array) => {
    text += part;
    return true;
  };
  const view = plainView({ isTTY: false, write }, () => time);
  for (const event of events) {
    time += 30_000;
    view.show(event);
  }
  view.close();
  const [opening, ...lines] = text.split('\n');
  expect(opening).toContain('2 trainings');
  expect(lines.map((line) => line.split(', early stop')[0])).toEqual([
    'dense: 100.0 % (1,000 weights)',
    '1 of 2 trained · ticket 1: 200 of 6,000 · 10 min left',
    '1 of 2 trained · ticket 1: 400 of 6,000 · 10 min left',
    'ticket 1: 80.0 % (999 weights)',
    '',
  ]);
});

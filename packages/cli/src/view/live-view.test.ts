import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import type { CellSummary, EstimatedCell, LabEvent } from '@winnow/lab';
import { describe, expect, it } from 'vitest';
import { liveView } from './live-view.js';

const ids = [
  { kind: 'dense', level: 0, trial: 0, replicate: 0 },
  { kind: 'ticket', level: 1, trial: 0, replicate: 0 },
  { kind: 'reinit', level: 1, trial: 0, replicate: 0 },
] as const;

const summaryOf = (id: (typeof ids)[number], testAccuracy: number): CellSummary => ({
  ...id,
  density: id.level === 0 ? 1 : 0.8,
  weights: id.level === 0 ? 1000 : 800,
  stored: 1000,
  earlyStop: { iteration: 1200, validationLoss: 0.07, testAccuracy },
  final: { trainLoss: 0, validationLoss: 0.08, testAccuracy },
  digest: '',
  microsecondsPerStep: 100,
});

const plan = {
  kind: 'plan',
  run: null,
  backend: 'native',
  isa: 'avx2',
  workers: 2,
  threads: 1,
  cells: ids.map((id) => ({ ...id, name: '', seconds: 1 }) as unknown as EstimatedCell),
  finished: new Set<string>(),
  seconds: 90,
} as const satisfies LabEvent;

/** What a terminal is sent. */
function sent(events: readonly LabEvent[], colours: boolean): string {
  const parts: string[] = [];
  const stream = {
    isTTY: true,
    columns: 100,
    rows: 30,
    hasColors: () => colours,
    write: (part: string) => parts.push(part) > 0,
  };
  const view = liveView(stream as unknown as WriteStream);
  for (const event of events) view.show(event);
  view.close();
  return parts.join('');
}

const events: readonly LabEvent[] = [
  plan,
  { kind: 'cell-finished', cell: summaryOf(ids[0], 0.98), reused: false },
  { kind: 'cell-progress', cell: ids[1], iteration: 300, iterations: 1200, secondsLeft: 65 },
  { kind: 'cell-finished', cell: summaryOf(ids[1], 0.982), reused: false },
  { kind: 'note', message: 'A note.' },
  { kind: 'cell-finished', cell: summaryOf(ids[2], 0.97), reused: false },
];

describe('the table on a terminal', () => {
  it('grows by level, above one line of progress with the time left', () => {
    const text = sent(events, false);
    expect(text).toContain('3 trainings: about 1 min 30 s with 2 workers on native (avx2).');
    expect(text).toContain('level  density  weights    stop    loss  test %  Δ dense  reinit     µs\n');
    expect(text).toContain('    0  100.0 %    1,000   1,200  0.0700   98.00                     100\n');
    expect(text).toContain('1 of 3 trained · ticket 1: 300 of 1,200 · 1 min 5 s left');
    expect(text).toContain('A note.\n');
    expect(text).toContain('    1   80.0 %      800   1,200  0.0700   98.20    +0.20   97.00    100\n');
  });

  it('prints a finished level once for good', () => {
    const kept = sent(events, false)
      .split('\n')
      .filter((line) => /0 {2}100\.0 %/.test(line));
    expect(kept).toHaveLength(1);
  });

  it('has no colours where none are wanted', () => {
    const dim = '\u001b[2m';
    expect(sent(events, false)).not.toContain(dim);
    expect(sent(events, true)).toContain(dim);
  });

  it('leaves a level that was interrupted standing', () => {
    const lines = stripVTControlCharacters(sent(events.slice(0, 4), false))
      .trimEnd()
      .split('\n');
    expect(lines.at(-1)).toContain('80.0 %');
  });
});

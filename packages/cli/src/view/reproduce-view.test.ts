import type { CellSummary, EstimatedCell, LabEvent, ReproduceEvent } from '@winnow/lab';
import { describe, expect, it } from 'vitest';
import { reproduceView } from './reproduce-view.js';

const cell = (level: number): CellSummary => ({
  kind: 'ticket',
  level,
  trial: 0,
  replicate: 0,
  density: 0.8 ** level,
  weights: 1000 - level,
  stored: 1000,
  earlyStop: { iteration: 1200, validationLoss: 0.07, testAccuracy: 0.98 },
  final: { trainLoss: 0, validationLoss: 0.08, testAccuracy: 0.98 },
  digest: '',
  microsecondsPerStep: 100,
});

const find = (event: LabEvent): ReproduceEvent => ({ kind: 'find', event });
const plan = find({
  kind: 'plan',
  run: null,
  backend: 'native',
  isa: 'avx2',
  workers: 1,
  threads: 1,
  cells: [1, 2, 3, 4].map((level) => ({ ...cell(level), name: '', seconds: 1 }) as unknown as EstimatedCell),
  finished: new Set(['']),
  seconds: 7200,
});

/** What is written while each of these events comes half a minute after the one before. */
function written(events: readonly ReproduceEvent[], isTTY: boolean, quiet = false): string {
  const parts: string[] = [];
  let time = 0;
  const stream = { isTTY, write: (part: string | Uint8Array) => parts.push(String(part)) > 0 };
  const view = reproduceView(quiet, stream, () => time);
  for (const event of events) {
    time += 30_000;
    view.show(event);
  }
  view.close();
  return parts.join('');
}

const events: readonly ReproduceEvent[] = [
  { kind: 'search', name: 'conv-2', at: 1, of: 3 },
  plan,
  ...[1, 2, 3, 4].map((level) => find({ kind: 'cell-finished', cell: cell(level), reused: level === 1 })),
];

describe('what is shown while figures are made', () => {
  it('is, where there is no terminal, a line for what was trained, one a minute at most', () => {
    expect(written(events, false).split('\n')).toEqual([
      '[1/3] conv-2: 4 trainings, 1 are there, about 2 h',
      '[1/3] conv-2: 2 of 4 trainings, ticket 2: 64.0 % (998 weights), early stop at 1,200, validation loss 0.0700, test accuracy 98.00 %, 100 µs a step',
      '[1/3] conv-2: 4 of 4 trainings, ticket 4: 41.0 % (996 weights), early stop at 1,200, validation loss 0.0700, test accuracy 98.00 %, 100 µs a step',
      '',
    ]);
  });

  it('is, where a training takes longer than a minute, how far it is, and still what was trained', () => {
    const [search, made, , , third] = events;
    const going = [100, 200, 300].map((iteration) =>
      find({ kind: 'cell-progress', cell: cell(3), iteration, iterations: 6000, secondsLeft: 600 }),
    );
    expect(
      written([search, made, ...going, third], false)
        .split('\n')
        .slice(1),
    ).toEqual([
      '[1/3] conv-2: 0 of 4 trained · ticket 3: 200 of 6,000 · 10 min left',
      expect.stringContaining('[1/3] conv-2: 1 of 4 trainings, ticket 3: 51.2 %'),
      '',
    ]);
  });

  it('is one line that changes on a terminal', () => {
    const lines = written(events, true).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1].split('\r\x1b[K')).toEqual([
      '',
      ...[1, 2, 3].map((done) => `[1/3] conv-2: ${done} of 4 trained · 2 h left`),
      '[1/3] conv-2: 4 of 4 trained',
      '',
    ]);
  });

  it('is nothing beside JSON', () => {
    expect(written(events, false, true)).toBe('');
  });
});

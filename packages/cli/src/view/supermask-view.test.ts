import type { LabEvent, SupermaskEvent, SupermaskTrial } from '@winnow/lab';
import { describe, expect, it } from 'vitest';
import { supermaskView } from './supermask-view.js';

const cell = { kind: 'dense', level: 0, trial: 0, replicate: 0 } as const;
const dense = (event: LabEvent): SupermaskEvent => ({ kind: 'dense', event });
const trained = (iteration: number) =>
  dense({ kind: 'cell-progress', cell, iteration, iterations: 6000, secondsLeft: 1200 });
const judged = (masks: number): SupermaskEvent => ({ kind: 'judged', trial: 0, masks });
const trial = { trial: 0, density: 0.25, deterministicTestAccuracy: 0.5 } as SupermaskTrial;

const events: readonly SupermaskEvent[] = [
  dense({ kind: 'note', message: 'A note.' }),
  ...[100, 200, 300].map(trained),
  ...[10, 20].map(judged),
  { kind: 'progress', trial: 1, iteration: 1000, iterations: 30_000 },
  { kind: 'trial-finished', trial, reused: false },
];

/** What is written while each of these events comes half a minute after the one before. */
function written(isTTY: boolean, quiet = false): readonly string[] {
  const parts: string[] = [];
  let time = 0;
  const stream = { isTTY, write: (part: string | Uint8Array) => parts.push(String(part)) > 0 };
  const view = supermaskView(quiet, stream, () => time);
  for (const event of events) {
    time += 30_000;
    view.show(event);
  }
  view.close();
  return parts.join('').split('\n');
}

describe('what is shown while supermasks are looked for', () => {
  it('is, where there is no terminal, a line a minute at most', () => {
    expect(written(false)).toEqual([
      'A note.',
      'dense network of trial 0: 200 of 6,000 steps, about 20 min left',
      'trial 0: 10 masks judged',
      'trial 1: 1,000 of 30,000 steps',
      'trial 0: 50.00 % right on the test set with 25.0 % of the weights',
      '',
    ]);
  });

  it('is one line that changes on a terminal', () => {
    const [note, rest, end] = written(true);
    expect(note).toBe('\r\x1b[KA note.');
    expect(rest.split('\r\x1b[K')).toEqual([
      '',
      ...[100, 200, 300].map((steps) => `dense network of trial 0: ${steps} of 6,000 steps, about 20 min left`),
      'trial 0: 10 masks judged',
      'trial 0: 20 masks judged',
      'trial 1: 1,000 of 30,000 steps',
      'trial 0: 50.00 % right on the test set with 25.0 % of the weights',
    ]);
    expect(end).toBe('\r\x1b[K');
  });

  it('is beside JSON what is found alone', () => {
    expect(written(false, true)).toEqual([
      'A note.',
      'trial 0: 50.00 % right on the test set with 25.0 % of the weights',
      '',
    ]);
  });
});

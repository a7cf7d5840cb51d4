import { dataOrder, loadBackend, reference, type SavedRun } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { searchOf } from '../experiment/experiment.js';
import { planCells } from '../plan/cells.js';
import { tinyExperiment, tinyIdentity, tinyLaidOut } from '../testing/experiments.js';
import { trainCell } from './train-cell.js';

/** More masks than the epochs of a training: it never settles. */
const NEVER = 8;
const experimentOf = (threshold: number, rounds = 1, window = 2) =>
  tinyExperiment({ pruning: { rounds }, earlyBird: { threshold, window }, controls: ['random'] });
const data = tinyLaidOut();

function train(backend: typeof reference, window: number, saved: SavedRun | null, stops = false) {
  const experiment = experimentOf(0.9, 1, window);
  const [cell] = planCells(experiment, tinyIdentity);
  const orderOf = (trial: number) => dataOrder({ seed: 1, trial, count: data.train.count });
  return trainCell(
    { backend, search: searchOf(experiment), data, orderOf },
    { cell, parents: [], saved, threads: 1 },
    { progress: () => {}, checkpoint: () => {}, isCheckpointDue: () => false, isStopAsked: () => stops },
  );
}

function ended(outcome: ReturnType<typeof train>) {
  if (outcome.kind !== 'finished') throw new Error('stopped');
  const { digest, rows } = outcome.result;
  return { earlyBird: outcome.earlyBird, digest, rows };
}

describe('a round under early-bird', () => {
  it('stops once its mask has settled, and not before the window is full', () => {
    const settled = ended(train(reference, 2, null));
    // 160 examples in batches of 20: epochs end at 8, 16, 24 and are seen at 10, 20, 30; the window is full then.
    expect(settled.earlyBird?.iteration).toBe(30);
    expect(settled.rows.at(-1)?.iteration).toBe(30);
    expect(settled.rows.at(-1)?.testAccuracy).not.toBe(null);
    const never = ended(train(reference, NEVER, null));
    expect(never.earlyBird).toEqual({ iteration: 60, distance: null });
  });

  it('ends with the same bits however often it is interrupted', () => {
    for (const window of [2, NEVER]) {
      let outcome = train(reference, window, null, true);
      while (outcome.kind === 'stopped') {
        const { meta, arrays } = outcome.saved;
        outcome = train(reference, window, { meta: JSON.parse(JSON.stringify(meta)), arrays }, true);
      }
      expect(ended(outcome)).toEqual(ended(train(reference, window, null)));
    }
  });

  it('stops at the same bits on another backend', async () => {
    expect(ended(train(await loadBackend({ backend: 'wasm' }), 2, null))).toEqual(ended(train(reference, 2, null)));
  });

  it('has a name of its own, and the last level is trained whole', () => {
    const names = (experiment: ReturnType<typeof experimentOf>) =>
      planCells(experiment, tinyIdentity).map(({ name }) => name);
    const plain = tinyExperiment({ pruning: { rounds: 1 }, controls: ['random'] });
    const [dense, ticket, random] = names(plain);
    const early = names(experimentOf(0.1));
    expect(early[0]).not.toBe(dense);
    expect(early[1]).not.toBe(ticket);
    expect(early[2]).toBe(random);
    // What was the last level is a round in a deeper search; controls stand beside the last alone.
    const deeper = names(experimentOf(0.1, 2));
    expect(deeper).toHaveLength(4);
    expect(deeper[0]).toBe(early[0]);
    expect(deeper[1]).not.toBe(early[1]);
  });
});

import { dataOrder, reference } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { searchOf } from '../experiment/experiment.js';
import { planCells } from '../plan/cells.js';
import { tinyExperiment, tinyIdentity, tinyLaidOut } from '../testing/experiments.js';
import type { TrainRequest } from './protocol.js';
import { trainCell, type Watch } from './train-cell.js';

const experiment = tinyExperiment({ rewind: 25 });
const [cell] = planCells(experiment, tinyIdentity);
const data = tinyLaidOut();
const workshop = {
  backend: reference,
  search: searchOf(experiment),
  data,
  orderOf: (trial: number) => dataOrder({ seed: 1, trial, count: data.train.count }),
};
const quiet: Watch = {
  progress: () => {},
  checkpoint: () => {},
  isCheckpointDue: () => false,
  isStopAsked: () => false,
};
const train = (saved: TrainRequest['saved'], watch: Partial<Watch> = {}) =>
  trainCell(workshop, { cell, parents: [], saved, threads: 1 }, { ...quiet, ...watch });

const whole = train(null);
/** Evaluations, and the iteration to which tickets are rewound. */
const standsAt = [0, 10, 20, 25, 30, 40, 50, 60];
const bitsOf = (outcome: typeof whole) => {
  if (outcome.kind !== 'finished') throw new Error('stopped');
  const { digest, rows, snapshots, parameters } = outcome.result;
  return { digest, rows, snapshots, parameters };
};

describe('training a cell', () => {
  it('that is stopped wherever it can be and goes on each time ends with the same bits', () => {
    let outcome = train(null, { isStopAsked: () => true });
    let stops = 0;
    while (outcome.kind === 'stopped') {
      stops++;
      const { meta, arrays } = outcome.saved;
      outcome = train({ meta: JSON.parse(JSON.stringify(meta)), arrays }, { isStopAsked: () => true });
    }
    expect(stops).toBe(standsAt.length);
    expect(bitsOf(outcome)).toEqual(bitsOf(whole));
  });

  it('can go on from every checkpoint on its way', () => {
    const checkpoints: NonNullable<TrainRequest['saved']>[] = [];
    const watched = train(null, { isCheckpointDue: () => true, checkpoint: (saved) => checkpoints.push(saved) });
    expect(bitsOf(watched)).toEqual(bitsOf(whole));
    expect(checkpoints.map(({ meta }) => meta.iteration)).toEqual(standsAt);
    for (const saved of checkpoints) expect(bitsOf(train(saved))).toEqual(bitsOf(whole));
  });

  it('is stopped and saved between evaluations, too', () => {
    const rare = { ...workshop, search: searchOf(tinyExperiment({ recipe: { iterations: 240, evaluateEvery: 240 } })) };
    const trainRarely = (saved: TrainRequest['saved'], watch: Partial<Watch> = {}) =>
      trainCell(rare, { cell, parents: [], saved, threads: 1 }, { ...quiet, ...watch });
    const stops: number[] = [];
    let outcome = trainRarely(null, { isStopAsked: () => true });
    while (outcome.kind === 'stopped') {
      stops.push(outcome.saved.meta.iteration);
      outcome = trainRarely(outcome.saved, { isStopAsked: () => true });
    }
    expect(stops).toEqual([0, 100, 200, 240]);
    expect(bitsOf(outcome)).toEqual(bitsOf(trainRarely(null)));
  });

  it('tells how far it is', () => {
    const iterations: number[] = [];
    train(null, { progress: (iteration) => iterations.push(iteration) });
    expect(iterations).toEqual(standsAt);
  });
});

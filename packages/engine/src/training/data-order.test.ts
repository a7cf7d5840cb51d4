import { permutation, randomStream } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { compilePlan } from '../plan/compile.js';
import { arenaOf } from '../testing/kernel-case.js';
import { smallData, smallTraining } from '../testing/small-training.js';
import { dataOrder } from './data-order.js';
import { writeBatches } from './step-tables.js';

/** The batches that a plan with 16 examples a batch is given. */
function batches(before: number, steps: number): number[][] {
  const { network, masks, recipe } = smallTraining({});
  const { training: part, words } = compilePlan({
    network,
    masks,
    data: smallData,
    training: recipe,
  });
  if (part === null) throw new Error('a plan for training has a training part');
  const arena = arenaOf(words);
  writeBatches(arena, part, dataOrder({ seed: 3, trial: 1, count: smallData.train.count }), before, steps);
  return Array.from({ length: steps }, (_, step) => {
    const at = part.indices.offset + step * part.batch;
    return [...arena.words.subarray(at, at + arena.words[part.sizes.offset + step])];
  });
}

describe('the data order', () => {
  it('takes each example once an epoch, the last batch being short', () => {
    const epoch = batches(0, 7);
    expect(epoch.map((batch) => batch.length)).toEqual([16, 16, 16, 16, 16, 16, 14]);
    expect(epoch.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 110 }, (_, i) => i));
    expect(batches(7, 1)[0]).not.toEqual(epoch[0]);
  });

  it('is the same wherever a call begins', () => {
    const whole = batches(0, 20);
    expect(batches(11, 9)).toEqual(whole.slice(11));
  });

  it('is that of the stream of trial and epoch', () => {
    const expected = permutation(randomStream({ kind: 'data-order', seed: 3, trial: 1, epoch: 1 }), 110);
    expect(batches(7, 1)[0]).toEqual([...expected.subarray(0, 16)]);
  });

  it('has fixed first examples', () => {
    expect(batches(0, 1)[0]).toEqual([87, 17, 80, 98, 72, 21, 66, 101, 93, 2, 36, 102, 104, 23, 96, 20]);
    const mnist = dataOrder({ seed: 1, trial: 0, count: 55_000 });
    expect([...mnist.epoch(0).subarray(0, 8)]).toEqual([35729, 29424, 29480, 24674, 40630, 35775, 40296, 36672]);
  });

  it('computes an epoch once', () => {
    const order = dataOrder({ seed: 1, trial: 0, count: 100 });
    expect(order.epoch(3)).toBe(order.epoch(3));
  });

  it('forgets the oldest epochs of a very long training, and computes them again', () => {
    const order = dataOrder({ seed: 1, trial: 0, count: 10 });
    const first = order.epoch(0);
    for (let epoch = 1; epoch <= 64; epoch++) order.epoch(epoch);
    expect(order.epoch(0)).not.toBe(first);
    expect(order.epoch(0)).toEqual(first);
  });
});

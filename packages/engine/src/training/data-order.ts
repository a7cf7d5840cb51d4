import { permutation, randomStream } from '@winnow/arithmetic';

/** The order in which a trial's training images come: the same for every level and every kind (docs/arithmetic.md). */
export interface DataOrder {
  readonly seed: number;
  readonly trial: number;
  /** Examples in the training set. */
  readonly count: number;
  /** The permutation of the examples in epoch `epoch` (0 is the first). */
  epoch(epoch: number): Uint32Array;
}

/** Epochs that a data order remembers: at most 14 MB for MNIST. */
const REMEMBERED = 64;

/** A data order that computes each epoch once, so that many trainings of one trial can share it. */
export function dataOrder(of: { readonly seed: number; readonly trial: number; readonly count: number }): DataOrder {
  const { seed, trial, count } = of;
  const epochs = new Map<number, Uint32Array>();
  return {
    seed,
    trial,
    count,
    epoch: (epoch) => {
      const known = epochs.get(epoch);
      if (known !== undefined) return known;
      const order = permutation(randomStream({ kind: 'data-order', seed, trial, epoch }), count);
      if (epochs.size === REMEMBERED) epochs.delete(epochs.keys().next().value ?? 0);
      epochs.set(epoch, order);
      return order;
    },
  };
}

import { permutation, randomStream, UserError } from '@winnow/arithmetic';
import { countPerClass, type DataSet } from './dataset.js';
import { grouped } from './text.js';

/** How the training images are divided. */
export interface SplitOptions {
  /** From 0 to 2⁵³ − 1. Decides the split alone: every trial of a seed has the same. */
  readonly seed: number;
  /** How many images are held back for validation. */
  readonly validation: number;
  /** Whether each class gives its share. */
  readonly stratified: boolean;
}

/** Which of `data.train` are trained on and which are held back: positions, ascending. The test set is `data.test`. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Divides the training images at random. The images come up in an order drawn from the seed's `split` stream, and each is
 * held back as long as there is room: `validation` places in all, or, stratified, each class's share of them.
 *
 * @throws UserError unless 1 ≤ validation < images
 */
export function splitDataSet(data: DataSet, { seed, validation, stratified }: SplitOptions): Split {
  const { count, labels } = data.train;
  if (!(Number.isInteger(validation) && validation >= 1 && validation < count)) {
    throw new UserError(
      `The validation set cannot take ${grouped(validation)} of the ${grouped(count)} training images of "${data.name}". Choose a whole number from 1 to ${grouped(count - 1)}.`,
    );
  }
  const room = stratified ? shares(countPerClass(data.train, data.classes), validation) : [validation];
  const order = permutation(randomStream({ kind: 'split', seed }), count);
  const heldBack = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const group = stratified ? labels[order[i]] : 0;
    if (room[group] === 0) continue;
    room[group]--;
    heldBack[order[i]] = 1;
  }
  return { train: positionsOf(0, heldBack, count - validation), validation: positionsOf(1, heldBack, validation) };
}

/** The positions at which the value stands, ascending; there are `count` of them. */
function positionsOf(value: number, values: Uint8Array, count: number): Uint32Array {
  const positions = new Uint32Array(count);
  let found = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === value) positions[found++] = i;
  return positions;
}

/**
 * Divides `total` places in proportion to the sizes, exactly: each group gets the whole part of its share, and the places
 * left go to the largest remainders, the first group on ties.
 */
export function shares(sizes: readonly number[], total: number): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0);
  const places = sizes.map((size) => Math.floor((size * total) / sum));
  const left = total - places.reduce((a, b) => a + b, 0);
  const byRemainder = [...sizes.keys()].sort(
    (a, b) => ((sizes[b] * total) % sum) - ((sizes[a] * total) % sum) || a - b,
  );
  for (const group of byRemainder.slice(0, left)) places[group]++;
  return places;
}

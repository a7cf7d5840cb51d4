import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import type { LaidOutData } from '../data/laid-out-data.js';
import { initialParameters } from '../initialisation/initial.js';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import { convolution, dense, flatten, relu } from '../network/layers.js';
import { recipeFor } from '../recipe/normalise.js';
import type { Augmentation } from '../recipe/recipe.js';
import { finish } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { augmentationOf } from './augmentation.js';
import { startTraining } from './start.js';

const backend = (await availableBackends()).at(-1) ?? reference;
const [channels, height, width] = [2, 6, 7];
const features = channels * height * width;
const net = network('seeing', { channels, height, width }, [convolution(3), relu(), flatten(), dense(3)]);
const data = syntheticData({ features, classes: 3, train: 40, validation: 10, test: 10, seed: 4 });
const of = { seed: 5, trial: 2 };

/** A move as numbers. */
const read = (move: number) => ({
  flipped: (move & 1) === 1,
  rows: ((move >> 8) & 0xff) - 128,
  columns: ((move >> 16) & 0xff) - 128,
});

function trained(given: LaidOutData, augmentation: readonly Augmentation[], iterations: number, on = backend): string {
  const masks = fullMasks(net);
  const recipe = recipeFor(net, { batch: 20, iterations, evaluateEvery: 2, augmentation });
  const start = initialParameters(net, masks, 'glorot-normal', { ...of, draw: { kind: 'initial' } });
  const run = startTraining({ ...of, backend: on, network: net, masks, start, recipe, data: given, startIteration: 0 });
  finish(run);
  const { digest } = run.result();
  run.close();
  return digest;
}

/** The data with every training example moved as in an epoch: mirrored, then cut out of a picture with zeros around. */
function moved(augmentation: readonly Augmentation[], epoch: number): LaidOutData {
  const bytes = new Uint8Array(new SharedArrayBuffer(data.bytes.length));
  bytes.set(data.bytes);
  const moveOf = augmentationOf(of, epoch, augmentation);
  for (let example = 0; example < data.train.count; example++) {
    const { flipped, rows, columns } = read(moveOf(example));
    const at = 64 * data.train.images + example * features;
    const pixel = (c: number, r: number, q: number): number =>
      r < 0 || r >= height || q < 0 || q >= width
        ? 0
        : data.bytes[at + (c * height + r) * width + (flipped ? width - 1 - q : q)];
    for (let f = 0; f < features; f++) {
      const c = Math.floor(f / (height * width));
      bytes[at + f] = pixel(c, (Math.floor(f / width) % height) + rows, (f % width) + columns);
    }
  }
  return { ...data, bytes };
}

describe('augmentation', () => {
  it.each([[['flips']], [['crop']], [['crop', 'flips']]] as const)(
    '%j trains on the moved pictures',
    (augmentation) => {
      // Two batches are the first epoch.
      expect(trained(data, augmentation, 2)).toBe(trained(moved(augmentation, 0), [], 2));
      expect(trained(data, augmentation, 2)).not.toBe(trained(data, [], 2));
    },
  );

  it('moves pictures anew in each epoch, with the same bits on every backend', async () => {
    const digest = trained(data, ['crop', 'flips'], 7);
    expect(digest).not.toBe(trained(moved(['crop', 'flips'], 0), [], 7));
    for (const other of await availableBackends()) expect(trained(data, ['crop', 'flips'], 7, other)).toBe(digest);
  });

  it('tosses fair coins and takes each of nine places as often', () => {
    const moves = Array.from({ length: 9000 }, (_, i) => read(augmentationOf(of, 3, ['crop', 'flips'])(i)));
    expect(moves.filter(({ flipped }) => flipped).length / 9000).toBeCloseTo(0.5, 1);
    for (const along of ['rows', 'columns'] as const) {
      for (let shift = -4; shift <= 4; shift++) {
        const share = moves.filter((move) => move[along] === shift).length / 9000;
        expect(Math.abs(share - 1 / 9)).toBeLessThan(0.02);
      }
    }
  });

  it('depends on nothing but seed, trial, epoch and example', () => {
    const moves = (change: object, epoch: number) =>
      Array.from({ length: 8 }, (_, i) => augmentationOf({ ...of, ...change }, epoch, ['crop', 'flips'])(i));
    expect(moves({}, 1)).toEqual(moves({}, 1));
    expect(new Set([moves({}, 1), moves({}, 2), moves({ seed: 6 }, 1), moves({ trial: 3 }, 1)].map(String)).size).toBe(
      4,
    );
    expect(augmentationOf(of, 0, [])(3)).toBe(0x80_8000);
  });
});

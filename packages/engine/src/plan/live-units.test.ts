import { countOnes, maskFromPredicate } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import { convolution, dense, flatten, maxPool, relu } from '../network/layers.js';
import { recipeFor } from '../recipe/normalise.js';
import { smallData, smallMasks, smallNetwork } from '../testing/small-training.js';
import { compilePlan } from './compile.js';
import { describePlan, storedWeights } from './describe.js';
import { liveUnits } from './live-units.js';

/** A mask of a matrix, row by row: x survives. */
const drawn = (...rows: readonly string[]) =>
  maskFromPredicate(rows.join('').length, (i) => rows.join('').charAt(i) === 'x');

const units = (live: ReturnType<typeof liveUnits>) => live.map(({ inputs, outputs }) => [[...inputs], [...outputs]]);

describe('the live units of a network', () => {
  const net = network('small', 4, [dense(3), relu(), dense(2), relu(), dense(2)]);
  const lit = Uint8Array.of(1, 0, 1, 1);

  it('are all but the features that no example lights, while nothing is pruned', () => {
    expect(units(liveUnits(net, fullMasks(net), { lit, biases: null }))).toEqual([
      [
        [0, 2, 3],
        [0, 1, 2],
      ],
      [
        [0, 1, 2],
        [0, 1],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
  });

  it('lead to the output: what only a unit reads that nobody reads is dead too, down to the features', () => {
    const masks = [drawn('xx.x', '..x.', 'x..x'), drawn('x.x', '.x.'), drawn('x.', '..')];
    expect(units(liveUnits(net, masks, { lit, biases: null }))).toEqual([
      [
        [0, 3],
        [0, 2],
      ],
      [[0, 2], [0]],
      [[0], [0, 1]],
    ]);
  });

  it('are none below a layer without survivors', () => {
    const masks = [drawn('xxxx', 'xxxx', 'xxxx'), drawn('...', '...'), drawn('xx', 'xx')];
    expect(units(liveUnits(net, masks, { lit, biases: null }))).toEqual([
      [[], []],
      [[], [0, 1]],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
  });
});

describe('units whose biases are known', () => {
  const lit = new Uint8Array(4).fill(1);
  const net = network('small', 4, [dense(3), relu(), dense(3), relu(), dense(2)]);
  const masks = [drawn('....', 'xxxx', '....'), drawn('x..', 'xx.', '..x'), drawn('xxx', 'xxx')];
  const biases = (first: readonly number[], second: readonly number[]) =>
    [first, second, [-1, -1]].map((values) => Float32Array.from(values));
  const of = (first: readonly number[], second: readonly number[]) =>
    units(liveUnits(net, masks, { lit, biases: biases(first, second) })).map(([, outputs]) => outputs);

  it('are dead if they read nothing and their bias is not positive, and so are those that read only such', () => {
    expect(of([0, 0, 0], [0, 0, 0])).toEqual([[1], [1], [0, 1]]);
    expect(of([-1, 0, 2], [0, 0, 0])).toEqual([
      [1, 2],
      [1, 2],
      [0, 1],
    ]);
    expect(of([-1, 0, 0], [0, 0, 0.5])).toEqual([[1], [1, 2], [0, 1]]);
  });

  it('are live without a ReLU: a gradient then moves their biases', () => {
    const bare = network('bare', 4, [dense(3), dense(3), relu(), dense(2)]);
    const live = liveUnits(bare, masks, { lit, biases: biases([0, 0, 0], [0, 0, 0]) });
    expect(units(live).map(([, outputs]) => outputs)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1],
    ]);
  });
});

describe('the live channels of a network', () => {
  const net = network('seeing', { channels: 2, height: 4, width: 4 }, [
    convolution(3, { kernel: 1 }),
    relu(),
    maxPool(2),
    convolution(2, { kernel: 1 }),
    relu(),
    flatten(),
    dense(2),
  ]);
  const lit = new Uint8Array(32).fill(1);
  const masks = (first: string, second: string, last: string) => [first, second, last].map((rows) => drawn(rows));
  const none = [3, 2, 2].map((count) => new Float32Array(count));

  it('are those that may say something and that something reads, whole', () => {
    // Channel 0 of the first convolution reads nothing; nothing reads its channel 2. Nor does anything read channel 1 of the second.
    const some = masks('..xxxx', 'xx..x.', 'x...............');
    expect(units(liveUnits(net, some, { lit, biases: none }))).toEqual([
      [[0, 1], [1]],
      [[1], [0]],
      [
        [0, 1, 2, 3],
        [0, 1],
      ],
    ]);
    expect(units(liveUnits(net, some, { lit, biases: null }))[0][1]).toEqual([0, 1]);
  });

  it('are at least one', () => {
    for (const biases of [none, null]) {
      const live = units(liveUnits(net, masks('......', '......', '................'), { lit, biases }));
      expect(live.map(([, outputs]) => outputs)).toEqual([[0], [0], [0, 1]]);
    }
  });

  it('are at least one of those that are taken whatever the biases', () => {
    // Of the first convolution the second reads channel 2 alone, which reads nothing; channels 0 and 1 have survivors.
    const some = masks('xxxx..', '..x...', 'x...............');
    for (const biases of [none, null]) {
      const live = units(liveUnits(net, some, { lit, biases }));
      expect(live.map(([, outputs]) => outputs)).toEqual([[2], [0], [0, 1]]);
    }
  });

  it('take less memory and fewer multiply-adds', () => {
    const data = { ...smallData, features: 32, classes: 2, lit };
    const some = masks('..xxxx', 'xx..x.', 'x...............');
    const request = { network: net, masks: some, data, training: recipeFor(net, {}) };
    const parameters = some.map((mask, l) => ({ weights: new Float32Array(countOnes(mask)), biases: none[l] }));
    const [knowing, unknowing] = [{ ...request, parameters }, request].map((of) => describePlan(compilePlan(of)));
    expect(knowing.arenaBytes).toBeLessThan(unknowing.arenaBytes);
    expect(knowing.multiplyAddsPerStep).toBeLessThan(unknowing.multiplyAddsPerStep);
  });
});

describe('a plan for training', () => {
  const net = smallNetwork();
  const plan = (recipe: Parameters<typeof recipeFor>[1]) =>
    compilePlan({
      network: net,
      masks: smallMasks([0.3, 0.1, 0.3]),
      data: smallData,
      training: recipeFor(net, recipe),
    });
  const live = (made: ReturnType<typeof plan>) => made.layers.reduce((sum, { form }) => sum + form.live, 0);

  it.each(['sgd', 'momentum', 'adam'])('leaves out what cannot change under %s', (name) => {
    const made = plan({ optimizer: { name } });
    expect(live(made)).toBeLessThan(storedWeights(made));
    for (const { form, weights } of made.layers) {
      expect([weights.first?.words ?? form.live, weights.second?.words ?? form.live]).toEqual([form.live, form.live]);
    }
  });

  it('leaves out nothing where weight decay, or an ε that is 0 as an f32, moves also what has no gradient', () => {
    for (const recipe of [{ weightDecay: 1e-9 }, { optimizer: { name: 'adam', epsilon: 1e-60 } }]) {
      const made = plan(recipe);
      expect(live(made)).toBe(storedWeights(made));
    }
  });
});

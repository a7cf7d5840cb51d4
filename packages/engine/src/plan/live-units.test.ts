import { maskFromPredicate } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import { dense, relu } from '../network/layers.js';
import { recipeFor } from '../recipe/normalise.js';
import { smallData, smallMasks, smallNetwork } from '../testing/small-training.js';
import { compilePlan } from './compile.js';
import { storedWeights } from './describe.js';
import { liveUnits } from './live-units.js';

/** A mask of a matrix, row by row: x survives. */
const drawn = (...rows: readonly string[]) =>
  maskFromPredicate(rows.join('').length, (i) => rows.join('').charAt(i) === 'x');

const units = (live: ReturnType<typeof liveUnits>) => live.map(({ inputs, outputs }) => [[...inputs], [...outputs]]);

describe('the live units of a network', () => {
  const net = network('small', 4, [dense(3), relu(), dense(2), relu(), dense(2)]);
  const lit = Uint8Array.of(1, 0, 1, 1);

  it('are all but the features that no example lights, while nothing is pruned', () => {
    expect(units(liveUnits(net, fullMasks(net), lit))).toEqual([
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
    expect(units(liveUnits(net, masks, lit))).toEqual([
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
    expect(units(liveUnits(net, masks, lit))).toEqual([
      [[], []],
      [[], [0, 1]],
      [
        [0, 1],
        [0, 1],
      ],
    ]);
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

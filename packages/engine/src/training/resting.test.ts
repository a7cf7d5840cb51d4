import { maskIndices } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { layOutExamples } from '../data/lay-out-examples.js';
import { liveUnits } from '../plan/live-units.js';
import type { RecipeOverrides } from '../recipe/normalise.js';
import { finish, smallMasks, smallNetwork, smallTraining } from '../testing/small-training.js';
import { evaluateParameters } from './evaluate.js';
import { startTraining } from './start.js';

/** Examples of which the last three features are dark: one always, one but for validation, one but for the test set. */
function nightData() {
  const [count, features] = [60, 21];
  const images = Uint8Array.from({ length: count * features }, (_, i) => {
    const [example, feature] = [Math.floor(i / features), i % features];
    if (feature === 18) return 0;
    if (feature === 19) return example >= 40 && example < 50 ? 200 : 0;
    if (feature === 20) return example >= 50 ? 200 : 0;
    return (example * 7 + feature * 13) % 5 === 0 ? 40 + ((example * 31 + feature * 17) % 200) : 0;
  });
  const labels = Uint8Array.from({ length: count }, (_, example) => example % 4);
  const part = (first: number, end: number) => ({
    images,
    labels,
    indices: Uint32Array.from({ length: end - first }, (_, i) => first + i),
  });
  return layOutExamples(
    { name: 'night', digest: 'night', features, classes: 4, scale: Math.fround(1 / 255) },
    { train: part(0, 40), validation: part(40, 50), test: part(50, 60) },
  );
}

const data = nightData();
/** The same, as if every feature were lit somewhere. */
const bright = { ...data, lit: new Uint8Array(21).fill(1) };

const recipes: readonly RecipeOverrides[] = [
  { optimizer: { name: 'sgd', rate: 0.3 } },
  { optimizer: { name: 'momentum', rate: 0.05 } },
  { optimizer: { name: 'adam', rate: 0.01 } },
  { optimizer: { name: 'adam', rate: 0.01 }, weightDecay: 0.01 },
];
const densities = [
  [1, 1, 1],
  [0.5, 0.1, 0.3],
  [0.2, 1, 0.1],
];
const cases = recipes.flatMap((recipe) =>
  densities.map((kept) => ({ name: `${JSON.stringify(recipe)} at ${kept}`, recipe, kept })),
);

describe('features that are always dark', () => {
  it('are those that no set lights', () => {
    expect([...data.lit]).toEqual(Array.from({ length: 21 }, (_, feature) => (feature === 18 ? 0 : 1)));
  });

  it.each(cases)('change no bit of rows, parameters and checkpoints: $name', ({ recipe, kept }) => {
    const options = smallTraining(recipe, { masks: smallMasks(kept), data });
    const [left, whole] = [data, bright].map((some) => {
      const run = startTraining({ ...options, data: some });
      const rows = finish(run);
      const result = { rows, parameters: run.result().parameters, arrays: run.save().arrays };
      run.close();
      return result;
    });
    expect(left).toEqual(whole);
    for (const set of ['validation', 'test'] as const) {
      const judged = [data, bright].map((some) =>
        evaluateParameters({ ...options, data: some, parameters: left.parameters }, set),
      );
      expect(judged[0]).toEqual(judged[1]);
    }
  });
});

describe('weights that nothing moves', () => {
  it.each(cases.filter(({ recipe }) => recipe.weightDecay === undefined))(
    'keep their start values, and moments of 0: $name',
    ({ recipe, kept }) => {
      const masks = smallMasks(kept);
      const options = smallTraining(recipe, { masks, data });
      const run = startTraining(options);
      finish(run);
      const { arrays } = run.save();
      const { parameters } = run.result();
      run.close();
      const live = liveUnits(smallNetwork(), masks, {
        lit: data.lit,
        biases: options.start.map(({ biases }) => biases),
      });
      let resting = 0;
      for (const [l, mask] of masks.entries()) {
        const columns = new Set(live[l].inputs);
        const rows = new Set(live[l].outputs);
        const { inputs } = options.network.layers[2 * l] as { inputs: number };
        for (const [place, position] of maskIndices(mask).entries()) {
          if (columns.has(position % inputs) && rows.has(Math.floor(position / inputs))) continue;
          resting++;
          expect(parameters[l].weights[place]).toBe(options.start[l].weights[place]);
          for (const moment of ['first', 'second']) {
            expect(arrays[`layer.${l}.weights.${moment}`]?.[place] ?? 0).toBe(0);
          }
        }
      }
      expect(resting).toBeGreaterThan(0);
    },
  );
});

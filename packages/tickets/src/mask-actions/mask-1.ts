import { maskIndices, permutation, randomStream, uint32At } from '@winnow/arithmetic';
import { initialTensors, type Masks, type Network, type Parameters, type Recipe, survivorsOf } from '@winnow/engine';

/**
 * What the kept weights of a ticket start from (Zhou et al. 2019 §4, "mask-1 actions"). `-same-sign` gives every value
 * the sign of the weight's own initial value, where 0 is a sign of its own and stays 0.
 *
 * - `rewind`: their values at iteration 0, or where the search rewinds to.
 * - `reinit`: a new draw from the layer's initial distribution, at every level another: that of the control of the same name.
 *   The paper's words; its code shuffles the whole layer's initial values instead, which is not followed.
 * - `reshuffle`: the initial values of the layer's kept weights, permuted among these.
 * - `constant`: ±σ, where σ is the standard deviation of the layer's initial values, with a random sign.
 */
export const mask1Actions = [
  'rewind',
  'reinit',
  'reinit-same-sign',
  'reshuffle',
  'reshuffle-same-sign',
  'constant',
  'constant-same-sign',
] as const;

export type Mask1Action = (typeof mask1Actions)[number];

/** All that the start values of kept weights depend on besides the masks. */
export interface KeptStart {
  readonly network: Network;
  readonly recipe: Pick<Recipe, 'initialisation'>;
  readonly seed: number;
  readonly trial: number;
  readonly level: number;
}

/** Start values of the kept weights; biases start at zero. `rewind` gives their values at iteration 0. */
export function keptStart(action: Mask1Action, kept: Masks, of: KeptStart): Parameters {
  const { network, recipe, seed, trial, level } = of;
  const initial = initialTensors(network, recipe.initialisation, { seed, trial, draw: { kind: 'initial' } });
  const tensors = (): readonly Float32Array[] => {
    switch (action) {
      case 'rewind':
        return initial;
      case 'reinit':
      case 'reinit-same-sign':
        return initialTensors(network, recipe.initialisation, {
          seed,
          trial,
          draw: { kind: 'reinit', level, replicate: 0 },
        });
      case 'reshuffle':
      case 'reshuffle-same-sign':
        return initial.map((values, layer) =>
          reshuffled(values, maskIndices(kept[layer]), (count) =>
            permutation(randomStream({ kind: 'reshuffle', seed, trial, level, layer }), count),
          ),
        );
      case 'constant':
      case 'constant-same-sign':
        return initial.map((values, layer) => {
          const stream = randomStream({ kind: 'signs', seed, trial, level, layer });
          const size = standardDeviation(values);
          return values.map((_, position) => (uint32At(stream, position) < 0x8000_0000 ? size : -size));
        });
    }
  };
  const drawn = tensors();
  if (!action.endsWith('-same-sign')) return survivorsOf(network, kept, drawn);
  const signed = drawn.map((values, l) => values.map((value, i) => withSign(value, initial[l][i])));
  return survivorsOf(network, kept, signed);
}

/** The magnitude of one value with the sign of another; 0 where that is 0. Never −0. */
export function withSign(value: number, signOf: number): number {
  if (signOf === 0) return 0;
  return Math.abs(value) * Math.sign(signOf) + 0;
}

/** The values at these positions, permuted among them; the others stay. */
export function reshuffled(
  values: Float32Array,
  positions: Uint32Array,
  order: (count: number) => Uint32Array,
): Float32Array {
  const shuffled = values.slice();
  for (const [place, from] of order(positions.length).entries()) shuffled[positions[place]] = values[positions[from]];
  return shuffled;
}

/** √(Σ (w − mean)² / n), in f64 in ascending order, rounded once. */
export function standardDeviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return Math.fround(Math.sqrt(squares / values.length));
}

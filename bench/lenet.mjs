/** The network that every row of the bench trains: LeNet-300-100, and weights for it that every program reads. */

/** Inputs and outputs of each layer. */
export const LAYERS = [
  { inputs: 784, outputs: 300 },
  { inputs: 300, outputs: 100 },
  { inputs: 100, outputs: 10 },
];
export const BATCH = 60;
/** Images are computed in lanes of 64, so that is what an inner loop really works on. */
export const LANES = 64;
export const ADAM = { rate: 1.2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** Fraction of the survivors that a round removes: hidden layers, output layer (Frankle & Carbin 2019, figure 2). */
export const PRUNING = { rate: 0.2, outputRate: 0.1 };

export const weightsOf = ({ inputs, outputs }) => inputs * outputs;
export const totalWeights = LAYERS.reduce((sum, layer) => sum + weightsOf(layer), 0);

/** Survivors of each layer after `level` rounds: floor(rate × survivors + ½) are removed from each. */
export function survivorsAtLevel(level) {
  return LAYERS.map((layer, index) => {
    const rate = index === LAYERS.length - 1 ? PRUNING.outputRate : PRUNING.rate;
    let count = weightsOf(layer);
    for (let round = 0; round < level; round++) count -= Math.floor(rate * count + 0.5);
    return count;
  });
}

/** Survivors of each layer at a density (0 to 1) of the whole network; the output layer keeps the square root of the share. */
export function survivorsAtDensity(density) {
  const output = LAYERS.length - 1;
  const kept = Math.round(Math.sqrt(density) * weightsOf(LAYERS[output]));
  const share = (density * totalWeights - kept) / (totalWeights - weightsOf(LAYERS[output]));
  return LAYERS.map((layer, index) => (index === output ? kept : Math.round(share * weightsOf(layer))));
}

export const densityOf = (survivors) => survivors.reduce((sum, count) => sum + count, 0) / totalWeights;

/**
 * Multiply-adds of one training step over 64 lanes: forward and weight gradient for every survivor, input gradient for all
 * but the first layer.
 */
export function multiplyAddsPerStep(survivors) {
  return survivors.reduce((sum, count, index) => sum + count * LANES * (index === 0 ? 2 : 3), 0);
}

/** Uniform numbers from 0 to 1 (mulberry32): only for the bench's own inputs. */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Glorot-scaled weights of which `survivors` are left in each layer, at random places; the others are 0, which is how a
 * peer knows its mask. For each layer weights (outputs, inputs), then biases.
 */
export function makeWeights(survivors, seed = 1) {
  const next = uniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const parts = LAYERS.map((layer, index) => {
    const count = weightsOf(layer);
    const deviation = Math.sqrt(2 / (layer.inputs + layer.outputs));
    const values = new Float32Array(count + layer.outputs);
    let wanted = survivors[index];
    for (let position = 0; position < count; position++) {
      // Selection sampling: each position is kept with the chance that leaves the exact count.
      if (next() * (count - position) < wanted) {
        values[position] = deviation * (normal() || 0.5);
        wanted--;
      }
    }
    for (let output = 0; output < layer.outputs; output++) values[count + output] = 0.01 * normal();
    return values;
  });
  return concatenate(parts);
}

/** Splits raw weights into [{ weight (outputs, inputs), bias (outputs) }]: views, not copies. */
export function splitWeights(values) {
  let offset = 0;
  const layers = LAYERS.map((layer) => {
    const weight = values.subarray(offset, offset + weightsOf(layer));
    offset += weightsOf(layer);
    const bias = values.subarray(offset, offset + layer.outputs);
    offset += layer.outputs;
    return { weight, bias };
  });
  if (offset !== values.length) throw new Error(`the weights file holds ${values.length} numbers, not ${offset}`);
  return layers;
}

function concatenate(parts) {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

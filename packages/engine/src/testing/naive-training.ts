import { type BitMask, expf, logf, maskHas } from '@winnow/arithmetic';
import type { LaidOutData } from '../data/laid-out-data.js';
import type { DenseLayer, Network } from '../network/network.js';
import type { Recipe } from '../recipe/recipe.js';

/** Dense weights (outputs, inputs), 0 where pruned, and biases; moments likewise. */
export interface NaiveLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly mask: BitMask;
  /** Weights that no step changes. */
  readonly frozen?: BitMask;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
  readonly moments: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
}

const f = Math.fround;

/**
 * Training as a textbook has it: dense matrices whose masks are applied after each step, one example after the other,
 * nothing shared with plans and kernels but the contract's order of sums. Only for networks whose dense layers all have
 * a ReLU after them, but for the last. Changes the layers. @returns the loss of each batch
 */
export function naiveTraining(
  recipe: Recipe,
  data: LaidOutData,
  layers: readonly NaiveLayer[],
  batches: readonly (readonly number[])[],
): readonly number[] {
  let [power1, power2] = [1, 1];
  return batches.map((batch) => {
    const activations = batch.map((example) => forwardOf(layers, imageOf(data, example)));
    const inverse = f(1 / batch.length);
    const judged = batch.map((example, lane) => {
      const label = data.bytes[64 * data.train.labels + example];
      return judge(activations[lane][layers.length], label, inverse);
    });
    let gradients: readonly Float32Array[] = judged.map(({ gradient }) => gradient);
    if (recipe.optimizer.name === 'adam') {
      power1 *= recipe.optimizer.beta1;
      power2 *= recipe.optimizer.beta2;
    }
    for (let l = layers.length - 1; l >= 0; l--) {
      const below = activations.map((lane) => lane[l]);
      const backwards = l === 0 ? gradients : gradients.map((dy, lane) => backwardOf(layers[l], dy, below[lane]));
      step(layers[l], below, gradients, recipe, power1, power2);
      gradients = backwards;
    }
    return f(sumOverBatch(judged.map(({ loss }) => loss)) * inverse);
  });
}

/** The layers of a network with these dense start values. */
export function naiveLayers(
  network: Network,
  masks: readonly BitMask[],
  tensors: readonly Float32Array[],
  frozen: readonly BitMask[] | null = null,
): NaiveLayer[] {
  const owners = network.layers.filter((layer): layer is DenseLayer => layer.kind === 'dense');
  return owners.map(({ inputs, outputs }, l) => ({
    inputs,
    outputs,
    mask: masks[l],
    ...(frozen && { frozen: frozen[l] }),
    weights: tensors[l].map((value, i) => (maskHas(masks[l], i) ? value : 0)),
    biases: new Float32Array(outputs),
    moments: [inputs * outputs, inputs * outputs, outputs, outputs].map((n) => new Float32Array(n)) as never,
  }));
}

function imageOf(data: LaidOutData, example: number): Float32Array {
  const at = 64 * data.train.images + example * data.features;
  return Float32Array.from(data.bytes.subarray(at, at + data.features), (value) => value * data.scale);
}

/** The input, then each layer's output. */
function forwardOf(layers: readonly NaiveLayer[], image: Float32Array): readonly Float32Array[] {
  const activations = [image];
  for (const [l, { inputs, outputs, weights, biases }] of layers.entries()) {
    const y = new Float32Array(outputs);
    for (let o = 0; o < outputs; o++) {
      let sum = biases[o];
      for (let i = 0; i < inputs; i++) sum = f(sum + f(weights[o * inputs + i] * activations[l][i]));
      y[o] = l < layers.length - 1 && sum <= 0 ? 0 : sum;
    }
    activations.push(y);
  }
  return activations;
}

function judge(logits: Float32Array, label: number, inverse: number) {
  const largest = Math.max(...logits);
  const exponentials = logits.map((z) => expf(f(z - largest)));
  const sum = exponentials.reduce((a, b) => f(a + b), 0);
  const gradient = exponentials.map((e, c) => {
    const quotient = f(e / sum);
    const probability = quotient < 2 ** -60 ? 0 : quotient;
    return f(f(probability - (c === label ? 1 : 0)) * inverse) + 0;
  });
  return { gradient, loss: f(logf(sum) - f(logits[label] - largest)) + 0 };
}

function backwardOf({ inputs, outputs, weights }: NaiveLayer, dy: Float32Array, below: Float32Array): Float32Array {
  const dx = new Float32Array(inputs);
  for (let i = 0; i < inputs; i++) {
    let sum = 0;
    for (let o = 0; o < outputs; o++) sum = f(sum + f(weights[o * inputs + i] * dy[o]));
    dx[i] = below[i] > 0 ? sum : 0;
  }
  return dx;
}

/** Terms by their place modulo 16, each chain from +0; then 8, 4, 2, 1. */
function sumOverBatch(terms: readonly number[]): number {
  let sums = Array.from({ length: 16 }, (_, j) =>
    terms.filter((_term, i) => i % 16 === j).reduce((a, b) => f(a + b), 0),
  );
  while (sums.length > 1) {
    const half = sums.length / 2;
    sums = sums.slice(0, half).map((sum, j) => f(sum + sums[j + half]));
  }
  return sums[0];
}

function step(
  layer: NaiveLayer,
  below: readonly Float32Array[],
  gradients: readonly Float32Array[],
  recipe: Recipe,
  power1: number,
  power2: number,
): void {
  const { inputs, outputs, mask, frozen, weights, biases, moments } = layer;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const at = o * inputs + i;
      const gradient = sumOverBatch(below.map((x, lane) => f(x[i] * gradients[lane][o])));
      const updated = optimized(
        recipe,
        weights,
        moments[0],
        moments[1],
        at,
        gradient,
        recipe.weightDecay,
        power1,
        power2,
      );
      if (frozen && maskHas(frozen, at)) continue;
      // The mask holds a pruned weight at zero, whatever the optimizer would make of it.
      weights[at] = maskHas(mask, at) ? updated : 0;
    }
    const gradient = sumOverBatch(gradients.map((dy) => dy[o]));
    biases[o] = optimized(recipe, biases, moments[2], moments[3], o, gradient, 0, power1, power2);
  }
}

function optimized(
  { optimizer }: Recipe,
  values: Float32Array,
  first: Float32Array,
  second: Float32Array,
  at: number,
  rawGradient: number,
  decay: number,
  power1: number,
  power2: number,
): number {
  const flush = (x: number, below: number): number => (Math.abs(x) < below ? 0 : x);
  const flushed = flush(rawGradient, 2 ** -50);
  const g = decay === 0 ? flushed : f(flushed + f(f(decay) * values[at]));
  switch (optimizer.name) {
    case 'sgd':
      return f(values[at] - f(f(optimizer.rate) * g)) + 0;
    case 'momentum':
      first[at] = flush(f(f(f(optimizer.momentum) * first[at]) + g), 2 ** -100);
      return f(values[at] - f(f(optimizer.rate) * first[at])) + 0;
    case 'adam': {
      const { rate, beta1, beta2, epsilon } = optimizer;
      first[at] = flush(f(f(f(beta1) * first[at]) + f(f(1 - beta1) * g)), 2 ** -100);
      second[at] = flush(f(f(f(beta2) * second[at]) + f(f(f(1 - beta2) * g) * g)), 2 ** -120);
      const c = f(1 / Math.sqrt(1 - power2));
      const denominator = f(f(f(Math.sqrt(second[at])) * c) + f(epsilon));
      return f(values[at] - f(f(f(rate / (1 - power1)) * first[at]) / denominator)) + 0;
    }
  }
}

/** What jax-js needs for every network. */
import { ADAM, BATCH } from '../lenet.mjs';

/**
 * One step of Adam with this loss and its gradients, to be jitted: (parameters, first moments, second moments, x, y, rate, correction) to
 * [parameters, first moments, second moments, loss]. Parameters are { weight, bias } of each layer. Every function consumes its arguments;
 * `.ref` keeps one for another use.
 */
export function adamStep({ numpy: np, tree }, lossAndGradient) {
  const update = (weight, first, second, gradient, rate, correction) => {
    const m = first.mul(ADAM.beta1).add(gradient.ref.mul(1 - ADAM.beta1));
    const v = second.mul(ADAM.beta2).add(gradient.ref.mul(gradient).mul(1 - ADAM.beta2));
    const change = m.ref.mul(rate.ref).div(np.sqrt(v.ref.mul(correction.ref)).add(ADAM.epsilon));
    return { weight: weight.sub(change), first: m, second: v };
  };
  return (parameters, first, second, x, y, rate, correction) => {
    const [loss, gradients] = lossAndGradient(tree.ref(parameters), x, y);
    const updated = parameters.map((layer, index) => {
      const part = (name) =>
        update(layer[name], first[index][name], second[index][name], gradients[index][name], rate, correction);
      return { weight: part('weight'), bias: part('bias') };
    });
    rate.dispose();
    correction.dispose();
    const collect = (what) => updated.map(({ weight, bias }) => ({ weight: weight[what], bias: bias[what] }));
    return [collect('weight'), collect('first'), collect('second'), loss];
  };
}

/** The last two arguments of a step: rate / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ). */
export const corrections = (np, iteration) => [
  np.array(ADAM.rate / (1 - ADAM.beta1 ** iteration)),
  np.array(1 / (1 - ADAM.beta2 ** iteration)),
];

/** The mean over a batch; y: 1 at each example's class, 0 elsewhere. */
export function crossEntropy({ nn }, logits, y) {
  return nn
    .logSoftmax(logits)
    .mul(y)
    .sum()
    .mul(-1 / BATCH);
}

/** Some rows of values (count, width). */
export function rowsOf(values, width, indices) {
  const result = new Float32Array(indices.length * width);
  indices.forEach((index, row) => {
    result.set(values.subarray(index * width, (index + 1) * width), row * width);
  });
  return result;
}

/** Targets (count, 10). */
export function oneHot(labels) {
  const result = new Float32Array(labels.length * 10);
  labels.forEach((label, index) => {
    result[index * 10 + label] = 1;
  });
  return result;
}

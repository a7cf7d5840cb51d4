/** LeNet-300-100 in f64, slow and obvious: what every program's loss and gradients are checked against. */
import { ADAM, BATCH, LAYERS, splitWeights } from './lenet.mjs';

/**
 * Loss and gradients of the surviving weights, and the loss before each of `steps` Adam steps on the same batch.
 * weights: raw f32, 0 = pruned; inputs f32 (60, 784); labels (60).
 */
export function lossAndGradient(weights, { inputs, labels }, steps = 5) {
  const layers = splitWeights(Float64Array.from(weights));
  const masks = layers.map(({ weight }) => weight.map((value) => Number(value !== 0)));
  const moments = layers.map(({ weight, bias }) => ({ weight: newMoments(weight), bias: newMoments(bias) }));
  const losses = [];
  let first;
  for (let step = 1; step <= steps; step++) {
    const { loss, gradients } = backward(layers, inputs, labels);
    gradients.forEach(({ weight }, index) => {
      for (let position = 0; position < weight.length; position++) weight[position] *= masks[index][position];
    });
    losses.push(loss);
    first ??= gradients.flatMap(({ weight, bias }) => [weight.slice(), bias.slice()]);
    layers.forEach((layer, index) => {
      for (const part of ['weight', 'bias']) adam(layer[part], gradients[index][part], moments[index][part], step);
    });
  }
  return { loss: losses[0], gradients: first, losses };
}

export function backward(layers, inputs, labels) {
  const gradients = layers.map(({ weight, bias }) => ({
    weight: new Float64Array(weight.length),
    bias: new Float64Array(bias.length),
  }));
  let loss = 0;
  for (let image = 0; image < BATCH; image++) {
    const activations = [inputs.subarray(image * LAYERS[0].inputs, (image + 1) * LAYERS[0].inputs)];
    for (const [index, layer] of layers.entries()) {
      activations.push(forwardLayer(layer, activations[index], index < layers.length - 1));
    }
    const { probabilities, logLoss } = softmax(activations.at(-1), labels[image]);
    loss += logLoss / BATCH;
    let delta = probabilities.map((p, output) => (p - Number(output === labels[image])) / BATCH);
    for (let index = layers.length - 1; index >= 0; index--) {
      delta = backwardLayer(layers[index], gradients[index], activations[index], delta, index > 0);
    }
  }
  return { loss, gradients };
}

function forwardLayer({ weight, bias }, x, hasRelu) {
  return Float64Array.from(bias, (start, output) => {
    let sum = start;
    for (let input = 0; input < x.length; input++) sum += weight[output * x.length + input] * x[input];
    return hasRelu && !(sum > 0) ? 0 : sum;
  });
}

/** Adds to the gradient of a layer and returns that of its inputs; those are outputs of ReLU if `isHidden`. */
function backwardLayer({ weight }, gradient, x, delta, isHidden) {
  const below = new Float64Array(x.length);
  for (let output = 0; output < delta.length; output++) {
    gradient.bias[output] += delta[output];
    for (let input = 0; input < x.length; input++) {
      gradient.weight[output * x.length + input] += delta[output] * x[input];
      if (isHidden && x[input] > 0) below[input] += delta[output] * weight[output * x.length + input];
    }
  }
  return below;
}

function softmax(logits, label) {
  const largest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return { probabilities: powers.map((value) => value / sum), logLoss: largest + Math.log(sum) - logits[label] };
}

export const newMoments = (values) => ({
  first: new Float64Array(values.length),
  second: new Float64Array(values.length),
});

export function adam(values, gradient, { first, second }, step, rate = ADAM.rate) {
  const [correction1, correction2] = [1 - ADAM.beta1 ** step, 1 - ADAM.beta2 ** step];
  for (let index = 0; index < values.length; index++) {
    first[index] = ADAM.beta1 * first[index] + (1 - ADAM.beta1) * gradient[index];
    second[index] = ADAM.beta2 * second[index] + (1 - ADAM.beta2) * gradient[index] ** 2;
    const change = first[index] / correction1 / (Math.sqrt(second[index] / correction2) + ADAM.epsilon);
    values[index] -= rate * change;
  }
}

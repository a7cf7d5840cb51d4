/** A learned supermask of LeNet-300-100 in f64, slow and obvious: what both sides' losses and score gradients are checked against. */
import { fillUint32, randomStream } from '@winnow/arithmetic';
import { LAYERS, splitWeights, uniform, weightsOf } from './lenet.mjs';
import { summary } from './peers/protocol.mjs';
import { adam, backward, newMoments } from './reference.mjs';

/** Of scores; Adam's other constants are those of lenet.mjs. */
export const SCORE_RATE = 0.1;
/** Steps that are compared. */
export const CHECKED_STEPS = 3;

/** Scores to start the check from, most bits uncertain: f32, all layers one after the other. */
export function scoresToCheck() {
  const next = uniform(3);
  return Float32Array.from({ length: LAYERS.reduce((sum, layer) => sum + weightsOf(layer), 0) }, () => 4 * next() - 2);
}

/**
 * What is right for frozen values (`values`, as lenet.mjs writes weights; biases are 0) and a batch: { loss, gradients, losses, bits }, where bits is
 * u8 (steps, weights): the masks by the random words that Winnow draws with seed 1 in trial 0 (docs/arithmetic.md, "Supermasks").
 */
export function expectedSupermask(values, scores, { inputs, labels }) {
  const frozen = splitWeights(Float64Array.from(values));
  const layers = divided(Float64Array.from(scores));
  const moments = layers.map(newMoments);
  const bits = [];
  const losses = [];
  let gradients;
  for (let step = 1; step <= CHECKED_STEPS; step++) {
    const drawn = layers.map((own, layer) => drawnBits(own, layer, step));
    const factors = drawn.map((mask) => mask.length / mask.reduce((sum, bit) => sum + bit, 0));
    const masked = frozen.map(({ weight, bias }, layer) => ({
      weight: weight.map((value, i) => value * drawn[layer][i] * factors[layer]),
      bias: bias.fill(0),
    }));
    const { loss, gradients: atWeights } = backward(masked, inputs, labels);
    const atScores = layers.map((own, layer) => {
      const gradient = atWeights[layer].weight;
      const ones = own.length / factors[layer];
      const share = gradient.reduce((sum, g, i) => sum + g * masked[layer].weight[i], 0) / ones;
      return own.map((score, i) => {
        const p = sigmoid(score);
        return (gradient[i] * frozen[layer].weight[i] * factors[layer] - share) * p * (1 - p);
      });
    });
    losses.push(loss);
    gradients ??= atScores;
    bits.push(...drawn);
    layers.forEach((own, layer) => {
      adam(own, atScores[layer], moments[layer], step, SCORE_RATE);
    });
  }
  return {
    loss: losses[0],
    gradients: summary(gradients),
    losses,
    bits: Uint8Array.from(bits.flatMap((mask) => [...mask])),
  };
}

/** Values of all layers, one after the other, layer by layer: views. */
export function divided(values) {
  let end = 0;
  return LAYERS.map((layer) => {
    end += weightsOf(layer);
    return values.subarray(end - weightsOf(layer), end);
  });
}

function drawnBits(scores, layer, iteration) {
  const words = new Uint32Array(scores.length);
  fillUint32(randomStream({ kind: 'supermask-training', seed: 1, trial: 0, layer, iteration }), words);
  return Uint8Array.from(words, (word, i) => Number(word < Math.floor(sigmoid(scores[i]) * 2 ** 32)));
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

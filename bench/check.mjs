import { isNormalised } from './convnets.mjs';
import { summary } from './peers/protocol.mjs';
import { lossAndGradient } from './reference.mjs';

/**
 * Relative differences that f32 sums in another order may have, of the loss, of gradients, and of later losses: Adam's first steps are ±rate for every
 * weight whose gradient is not zero, so that rounding of the smallest ones shows.
 */
const TOLERANCES = { loss: 1e-5, gradient: 1e-4, sample: 1e-4, laterLoss: 1e-4 };
/**
 * In a chain of poolings and ReLUs some value in a million lies so near another, or to 0, that rounding decides which gradient passes. Below that
 * decision gradients of Conv-4 and Conv-6 are up to 1e-3 in the mean from those in f64 by Winnow, and 7e-3 by PyTorch; above it, and where no
 * decision differs, 3e-6.
 */
const DECIDED_TOLERANCES = { loss: 1e-5, gradient: 2e-2, sample: 0.1, laterLoss: 1e-4 };
/**
 * A chain of twenty batch norms magnifies them: gradients of ResNet-20 by PyTorch and by Winnow are each 6e-4 in the mean from those in f64, single
 * ones, of shifts that nearly cancel, some hundredths.
 */
const NORMALISED_TOLERANCES = { loss: 1e-5, gradient: 2e-2, sample: 0.1, laterLoss: 2e-2 };

/** How far two programs in f32 may differ in a network of this name. Conv-2 has one pooling, and no decision that rounding turns. */
export function tolerancesOf(network) {
  if (isNormalised(network)) return NORMALISED_TOLERANCES;
  return network === 'conv-2' ? TOLERANCES : DECIDED_TOLERANCES;
}

/**
 * What is right for these weights and this batch, computed in f64: { loss, gradients, losses } with each gradient summed up as
 * peers do it.
 */
export function expected(weights, batch) {
  const { loss, gradients, losses } = lossAndGradient(weights, batch);
  return { loss, gradients: summary(gradients), losses };
}

/**
 * Compares an answer with what is right. Returns what differs, one sentence each; nothing if everything agrees. Programs that
 * only infer answer with a loss alone.
 */
export function differences(answer, right, tolerances = TOLERANCES) {
  const found = [];
  const compare = (what, value, wanted, scale, tolerance) => {
    if (!(Math.abs(value - wanted) <= tolerance * scale)) found.push(`${what} is ${value}, not ${wanted}`);
  };
  compare('loss', answer.loss, right.loss, right.loss, tolerances.loss);
  answer.gradients?.forEach((gradient, index) => {
    const wanted = right.gradients[index];
    const name = `the gradient of layer ${(index >> 1) + 1}'s ${index % 2 === 0 ? 'weights' : 'biases'}`;
    compare(`${name}, summed,`, gradient.sum, wanted.sum, wanted.absoluteSum, tolerances.gradient);
    compare(
      `${name}, summed without signs,`,
      gradient.absoluteSum,
      wanted.absoluteSum,
      wanted.absoluteSum,
      tolerances.gradient,
    );
    const largest = Math.max(...wanted.sample.map(Math.abs));
    gradient.sample.forEach((value, position) => {
      compare(`${name}, sample ${position},`, value, wanted.sample[position], largest, tolerances.sample);
    });
  });
  answer.losses?.forEach((loss, step) => {
    compare(`the loss after ${step} steps`, loss, right.losses[step], right.losses[step], tolerances.laterLoss);
  });
  return found;
}

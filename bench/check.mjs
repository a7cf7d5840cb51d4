import { summary } from './peers/protocol.mjs';
import { lossAndGradient } from './reference.mjs';

/** Relative differences that f32 sums in another order may have. */
const LOSS_TOLERANCE = 1e-5;
const GRADIENT_TOLERANCE = 1e-4;
/** Adam's first steps are ±rate for every weight whose gradient is not zero, so that rounding of the smallest ones shows. */
const LATER_LOSS_TOLERANCE = 1e-4;

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
export function differences(answer, right) {
  const found = [];
  const compare = (what, value, wanted, scale, tolerance) => {
    if (!(Math.abs(value - wanted) <= tolerance * scale)) found.push(`${what} is ${value}, not ${wanted}`);
  };
  compare('loss', answer.loss, right.loss, right.loss, LOSS_TOLERANCE);
  answer.gradients?.forEach((gradient, index) => {
    const wanted = right.gradients[index];
    const name = `the gradient of layer ${(index >> 1) + 1}'s ${index % 2 === 0 ? 'weights' : 'biases'}`;
    compare(`${name}, summed,`, gradient.sum, wanted.sum, wanted.absoluteSum, GRADIENT_TOLERANCE);
    compare(
      `${name}, summed without signs,`,
      gradient.absoluteSum,
      wanted.absoluteSum,
      wanted.absoluteSum,
      GRADIENT_TOLERANCE,
    );
    const largest = Math.max(...wanted.sample.map(Math.abs));
    gradient.sample.forEach((value, position) => {
      compare(`${name}, sample ${position},`, value, wanted.sample[position], largest, GRADIENT_TOLERANCE);
    });
  });
  answer.losses?.forEach((loss, step) => {
    compare(`the loss after ${step} steps`, loss, right.losses[step], right.losses[step], LATER_LOSS_TOLERANCE);
  });
  return found;
}

import type { Parameters } from '@winnow/engine';

/** Gradients of the mean loss over some training examples with all weights at the given values. */
export type GradientAt = (at: Parameters) => Parameters;

/**
 * SNIP's connection sensitivity |g ⊙ w| of every weight (Lee, Ajanthan & Torr 2019, eq. 5 and 6; the division by its sum changes no order),
 * in f64 from f32 values. One tensor a layer.
 */
export function snipScores(at: Parameters, gradientAt: GradientAt): readonly Float64Array[] {
  const gradient = gradientAt(at);
  return at.map(({ weights }, l) => Float64Array.from(weights, (w, i) => Math.abs(w * gradient[l].weights[i])));
}

/**
 * GraSP's θ ⊙ Hg of every weight, of which the largest are kept: the paper removes the largest −θ ⊙ Hg (Wang, Zhang & Grosse 2020, eq. 8 and
 * algorithm 1). Its temperature of 200 on the logits is left out. One tensor a layer.
 */
export function graspScores(at: Parameters, gradientAt: GradientAt): readonly Float64Array[] {
  const product = hessianGradient(at, gradientAt);
  return at.map(({ weights }, l) => Float64Array.from(weights, (w, i) => w * product[l][i]));
}

/** A step along the gradient is at most this share of the weights' length, squared: (1/128)². */
const LARGEST_STEP = 1 / 16_384;

/**
 * Hg, the Hessian of the loss times its gradient g, over the weights: (∇L(w + εg) − ∇L(w − εg)) ÷ 2ε, from the engine's own gradients, so with
 * one result on all backends. ε is the largest power of two with |εg| ≤ |w| ÷ 128; w ± εg is rounded once to f32, the rest is f64
 * (docs/arithmetic.md, "Masks before training"). Biases stay where they are.
 */
export function hessianGradient(at: Parameters, gradientAt: GradientAt): readonly Float64Array[] {
  const gradient = gradientAt(at);
  const [length, slope] = [squares(at), squares(gradient)];
  if (length === 0 || slope === 0) return at.map(({ weights }) => new Float64Array(weights.length));
  let step = 1;
  while (step * step * slope > LARGEST_STEP * length) step /= 2;
  while (4 * step * step * slope <= LARGEST_STEP * length) step *= 2;
  const moved = (by: number): Parameters =>
    gradientAt(
      at.map(({ weights, biases }, l) => ({
        weights: weights.map((w, i) => w + by * gradient[l].weights[i]),
        biases,
      })),
    );
  const [up, down] = [moved(step), moved(-step)];
  return at.map(({ weights }, l) =>
    Float64Array.from(weights, (_, i) => (up[l].weights[i] - down[l].weights[i]) / (2 * step)),
  );
}

function squares(values: Parameters): number {
  let sum = 0;
  for (const { weights } of values) for (const value of weights) sum += value * value;
  return sum;
}

/**
 * Winnow's own side of the bench. Every function takes exactly what the peers get, so that everyone does the same work.
 *
 * A task is { about, run(steps), close() }: `run` does that many steps (or inferences) and may be asynchronous; `about` is
 * printed with the results (backend, instruction set, threads). The harness holds the clock.
 *
 * Setting = {
 *   weights: Float32Array,   for each layer weights (outputs, inputs), then biases; a weight of 0 is pruned
 *   images: Uint8Array,      (count, 784), to be scaled by fround(1/255)
 *   labels: Uint8Array,      (count)
 *   threads: number,
 *   backend: 'native' | 'wasm',
 * }
 */

/** A task whose step is a whole one: gather 60 images, forward, backward, Adam (see ADAM in lenet.mjs). */
export function trainingStep(_density, _setting) {
  return missing('trainingStep');
}

/** A task whose step is one forward pass over the first `batch` images. */
export function inference(_density, _batch, _setting) {
  return missing('inference');
}

/**
 * A whole search by iterative pruning: { rounds, iterations, onLevel } beside the setting, whose weights are dense. `onLevel` is
 * awaited after each level, outside the clocks. Resolves to
 * { levels: [{ density, trainingMicroseconds, evaluationMicroseconds }], peakBytes }.
 */
export function search(_options) {
  return missing('search');
}

/**
 * Loss, gradients (of survivors; 0 where pruned) as [weights, biases, …] by layer, and the loss before each of five Adam steps on
 * the same batch: { loss, gradients, losses }. batch = { inputs: Float32Array (60, 784), labels: Uint8Array (60) }.
 */
export function lossAndGradient(_weights, _batch, _backend) {
  return missing('lossAndGradient');
}

function missing(name) {
  throw new Error(
    `bench/ours.mjs: ${name} is not joined to the engine. Run with --peers-only to measure the peers alone.`,
  );
}

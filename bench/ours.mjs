/**
 * Winnow's own side of the bench. Every function takes exactly what the peers get, so that everyone does the same work. A task is
 * { about, run(steps), close() }; the harness holds the clock. A setting is { weights, set, backend: 'native' | 'wasm' }: for each layer weights
 * (outputs, inputs), then biases, a weight of 0 being pruned; the sets of dataset.mjs.
 */
export { convolutionGradients, convolutionLosses, convolutionStep } from './ours/convolution.mjs';
export { runtimeInference, runtimeKernels } from './ours/runtime.mjs';
export { search } from './ours/search.mjs';
export { arenaOf, inference, lossAndGradient, predictionLoss, trainingStep } from './ours/steps.mjs';
export { supermaskCheck, supermaskStep } from './ours/supermask.mjs';
export { openTrials } from './ours/trials.mjs';

/** Networks that are exported to see whether other software agrees: trained shortly, so that their logits mean something. */
import {
  averagePool,
  batchNorm,
  convolution,
  dense,
  flatten,
  fullMasks,
  globalAveragePool,
  initialParameters,
  lenet300,
  loadBackend,
  maxPool,
  network,
  openPredictor,
  recipeFor,
  relu,
  residual,
  restrict,
  startTraining,
} from '@winnow/engine';
import { criterionByName, prune } from '@winnow/tickets';
import { trainingSet } from '../dataset.mjs';

/** How many images are predicted in one call, here and there. */
export const BATCH = 1000;

const load = (path) => import(new URL(`../../packages/engine/dist/${path}`, import.meta.url));
const { layOutExamples } = await load('data/lay-out-examples.js');
const SCALE = Math.fround(1 / 255);
const criterion = criterionByName('large-final');
const draw = { seed: 1, trial: 0, draw: { kind: 'initial' } };

/** Strides, paddings, overlapping windows and a convolution without ReLU: whatever an export can get wrong. */
const seeing = () =>
  network('seeing', { channels: 1, height: 28, width: 28 }, [
    convolution(8),
    relu(),
    maxPool(),
    convolution(16, { kernel: 5, stride: 2, padding: 1 }),
    relu(),
    maxPool(3, 1),
    convolution(12, { padding: 0 }),
    flatten(),
    dense(32),
    relu(),
    dense(10),
  ]);

/** Batch norms, a shortcut as it is and one by projection, and both kinds of average. */
const residuals = () =>
  network('residuals', { channels: 1, height: 28, width: 28 }, [
    convolution(8, { stride: 2 }),
    batchNorm(),
    relu(),
    residual([convolution(8), batchNorm(), relu(), convolution(8), batchNorm()]),
    relu(),
    residual([convolution(16, { stride: 2 }), batchNorm(), relu(), convolution(16), batchNorm()]),
    relu(),
    averagePool(2, 1),
    globalAveragePool(),
    flatten(),
    dense(10),
  ]);

/**
 * The networks, one after the other: { title, network, masks, parameters, logits }, logits f32 (images, classes) as the engine gives them for
 * `set.inputs`, f32 (images, 784).
 */
export async function exported() {
  const { name, images, labels, test } = trainingSet();
  const indices = (labels) => Uint32Array.from(labels.keys());
  const sets = {
    train: { images, labels, indices: indices(labels) },
    validation: { images: test.images, labels: test.labels, indices: indices(test.labels) },
    test: { images: test.images, labels: test.labels, indices: indices(test.labels) },
  };
  const about = { name, digest: '', features: 784, classes: 10, scale: SCALE, shape: [1, 28, 28] };
  const data = layOutExamples(about, sets);
  const inputs = Float32Array.from(test.images, (value) => Math.fround(value * SCALE));
  const backend = await loadBackend({});
  const networks = [];
  for (const [kind, built, iterations] of [
    ['dense layers', lenet300(), 400],
    ['convolutions', seeing(), 250],
    ['residuals', residuals(), 250],
  ]) {
    const whole = fullMasks(built);
    const start = initialParameters(built, whole, 'glorot-normal', draw);
    const trained = train(backend, data, built, whole, start, iterations);
    const pruning = { criterion, rate: 0.9, outputRate: 0.5, scope: 'layer', keepLayersAlive: true };
    const few = prune(built, whole, { initial: start, final: trained }, pruning, { seed: 1, trial: 0, level: 1 });
    const kept = train(backend, data, built, few, restrict(trained, whole, few), iterations);
    for (const [title, masks, parameters] of [
      [kind, whole, trained],
      [`${kind}, pruned`, few, kept],
    ]) {
      networks.push({ title, network: built, masks, parameters, ...judged(backend, built, masks, parameters, inputs) });
    }
  }
  return { set: { name, inputs, labels: test.labels }, networks };
}

function train(backend, data, network, masks, start, iterations) {
  const recipe = recipeFor(network, { iterations, evaluateEvery: iterations });
  const run = startTraining({ backend, network, masks, start, recipe, data, seed: 1, trial: 0, startIteration: 0 });
  try {
    while (run.next() !== null);
    return run.result().parameters;
  } finally {
    run.close();
  }
}

function judged(backend, network, masks, parameters, inputs) {
  const predictor = openPredictor({ backend, network, masks, parameters, scale: SCALE, batch: BATCH });
  const images = inputs.length / network.inputs;
  const logits = new Float32Array(images * network.classes);
  for (let first = 0; first < images; first += BATCH) {
    const rows = predictor.predict(inputs.subarray(network.inputs * first, network.inputs * (first + BATCH)));
    logits.set(rows, network.classes * first);
  }
  predictor.close();
  return { logits };
}

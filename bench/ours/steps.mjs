/** Training steps and inference as tasks: { about, run(steps), close() }. */
import { compilePlan, describePlan, openPredictor, recipeFor } from '@winnow/engine';
import { LAYERS } from '../lenet.mjs';
import {
  aboutBackend,
  backendNamed,
  ENDLESS,
  layOutSet,
  network,
  openTraining,
  readOrdered,
  SCALE,
  survivorsIn,
} from './engine.mjs';

/** The bench's recipe: that of lenet.mjs's ADAM and BATCH, which is the engine's own default for this network. */
export const benchRecipe = () => recipeFor(network, { iterations: ENDLESS });

/** A task whose step is a whole one: gather 60 images, forward, backward, Adam. setting = { weights, set, backend }. */
export async function trainingStep({ weights, set, backend: name }) {
  const backend = await backendNamed(name);
  const task = openTraining({ backend, ...survivorsIn(weights), data: layOutSet(set), recipe: benchRecipe() });
  return { about: aboutBackend(backend), run: task.run, close: task.close };
}

/** A task whose step is one forward pass over the first `batch` images, given as f32. */
export async function inference(batch, { weights, set, backend: name }) {
  const backend = await backendNamed(name);
  const images = set.images.subarray(0, batch * LAYERS[0].inputs);
  const examples = Float32Array.from(images, (value) => Math.fround(value * SCALE));
  const predictor = openPredictor({ backend, network, ...survivorsIn(weights), scale: SCALE, batch });
  return {
    about: aboutBackend(backend),
    logits: predictor.logits,
    run: (steps) => {
      for (let step = 0; step < steps; step++) predictor.predict(examples);
    },
    close: predictor.close,
  };
}

/** What a training at these weights keeps in memory: { arenaBytes, stored }. */
export function arenaOf({ weights, set }) {
  const { masks } = survivorsIn(weights);
  return describePlan(compilePlan({ network, masks, data: layOutSet(set), training: benchRecipe() }));
}

/**
 * Loss, gradients (of survivors; 0 where pruned) as [weights, biases, …] by layer, and the loss before each of five Adam steps on
 * the same batch, { images: u8 (60, 784), labels: u8 (60) }: { loss, gradients, losses }. No gradient is stored anywhere; after the first step
 * Adam's first moment is 1 − β₁ of it.
 */
export async function lossAndGradient(weights, { images, labels }, name) {
  const nothing = { images: new Uint8Array(0), labels: new Uint8Array(0) };
  const data = layOutSet({ images, labels, validation: nothing, test: nothing });
  const recipe = benchRecipe();
  const { masks, parameters } = survivorsIn(weights);
  const backend = await backendNamed(name);
  const training = openTraining({ backend, masks, parameters, data, recipe });
  try {
    const losses = [training.run(1)];
    const { plan, arena } = training.workplace;
    const share = 1 - recipe.optimizer.beta1;
    const gradientOf = ({ first, order }) => readOrdered(first, order, arena).map((moment) => moment / share);
    const gradients = plan.layers.flatMap((layer, index) => [
      spread(gradientOf(layer.weights), weightsIn(weights, index)),
      gradientOf(layer.biases),
    ]);
    for (let step = 1; step < 5; step++) losses.push(training.run(1));
    return { loss: losses[0], gradients, losses };
  } finally {
    training.close();
  }
}

/** The mean loss of a batch by the predictor, `at once` examples a call: its outputs are checked too. */
export async function predictionLoss(weights, { inputs, labels }, name, atOnce) {
  const backend = await backendNamed(name);
  const predictor = openPredictor({ backend, network, ...survivorsIn(weights), scale: SCALE, batch: atOnce });
  let loss = 0;
  for (let first = 0; first < labels.length; first += atOnce) {
    const count = Math.min(atOnce, labels.length - first);
    const rows = predictor.predict(inputs.subarray(784 * first, 784 * (first + count)));
    for (let row = 0; row < count; row++) {
      const logits = rows.subarray(10 * row, 10 * row + 10);
      const largest = Math.max(...logits);
      const sum = logits.reduce((total, value) => total + Math.exp(value - largest), 0);
      loss += (largest + Math.log(sum) - logits[labels[first + row]]) / labels.length;
    }
  }
  predictor.close();
  return loss;
}

function weightsIn(values, wanted) {
  let offset = 0;
  for (let index = 0; index < wanted; index++) offset += (LAYERS[index].inputs + 1) * LAYERS[index].outputs;
  return values.subarray(offset, offset + LAYERS[wanted].inputs * LAYERS[wanted].outputs);
}

/** Values of survivors at their places among all weights. */
function spread(survivors, weights) {
  let next = 0;
  return Float32Array.from(weights, (weight) => (weight === 0 ? 0 : survivors[next++]));
}

/** Training steps of convolutional networks as tasks: the same work as peers/torch_convolution.py. */
import { maskFromPredicate, maskIndices } from '@winnow/arithmetic';
import { lossGradient, networkByName, recipeFor, startBiases, weightLayers } from '@winnow/engine';
import { PICTURE, STANDARD, splitConvolutionWeights } from '../convnets.mjs';
import { ADAM } from '../lenet.mjs';
import { aboutBackend, backendNamed, ENDLESS, openTraining } from './engine.mjs';

const { layOutExamples } = await import(
  new URL('../../packages/engine/dist/data/lay-out-examples.js', import.meta.url)
);

/** @param judged what is evaluated; nothing by default */
function layOut({ images, labels }, judged = NOTHING) {
  const channels = Array.from({ length: PICTURE.channels }, () => STANDARD);
  const description = {
    name: 'bench',
    digest: '',
    features: PICTURE.values,
    classes: 10,
    scale: Math.fround(1 / 255),
    channels,
  };
  const all = (of) => ({ ...of, indices: Uint32Array.from(of.labels.keys()) });
  const evaluated = all(judged);
  return layOutExamples(description, { train: all({ images, labels }), validation: evaluated, test: evaluated });
}

const NOTHING = { images: new Uint8Array(0), labels: new Uint8Array(0) };

/** The network with the survivors of these weights. */
function sparse(name, weights) {
  const layers = splitConvolutionWeights(name, weights);
  const network = networkByName(name);
  return {
    network,
    masks: layers.map(({ weight }) => maskFromPredicate(weight.length, (position) => weight[position] !== 0)),
    parameters: weightLayers(network).map((layer, l) => {
      const biases = startBiases(layer);
      biases.set(layers[l].bias);
      return { weights: layers[l].weight.filter((value) => value !== 0), biases };
    }),
  };
}

function open({ network: name, weights, pictures, backend, threads }) {
  const of = sparse(name, weights);
  // Of deep networks' own recipes nothing is left: everybody trains by Adam on pictures that stay where they are.
  const plain = { weightDecay: 0, augmentation: [], schedule: { kind: 'constant' } };
  const optimizer = { name: 'adam', ...ADAM };
  const recipe = recipeFor(of.network, { ...plain, batch: 60, iterations: ENDLESS, optimizer });
  return openTraining({ ...of, backend, data: layOut(pictures), recipe, threads });
}

/** A task whose step is a whole one. setting = { network, weights, pictures, backend, threads }. */
export async function convolutionStep({ backend: name, ...setting }) {
  const backend = await backendNamed(name);
  const training = open({ ...setting, backend });
  return { about: aboutBackend(backend), run: training.run, close: training.close };
}

/** The loss before each of `steps` Adam steps on one batch. */
export async function convolutionLosses({ backend: name, ...setting }, steps) {
  const training = open({ ...setting, backend: await backendNamed(name), threads: 1 });
  try {
    return Array.from({ length: steps }, () => training.run(1));
  } finally {
    training.close();
  }
}

/** The gradients of the mean loss over all pictures: of weights (outputs first, 0 where pruned) and biases, or scales and shifts, layer after layer. */
export async function convolutionGradients({ backend: name, network, weights, pictures }) {
  const { parameters, ...of } = sparse(network, weights);
  const data = layOut(pictures, pictures);
  const backend = await backendNamed(name);
  const examples = data.train.count;
  const gradient = lossGradient({ ...of, backend, data, at: parameters, examples, seed: 1, trial: 0 });
  const layers = splitConvolutionWeights(network, weights);
  return gradient.flatMap(({ weights: survivors, biases }, l) => {
    const { length } = of.masks[l];
    const { length: beside } = layers[l].bias;
    const whole = new Float32Array(length);
    for (const [place, position] of maskIndices(of.masks[l]).entries()) whole[position] = survivors[place];
    return [whole, biases.subarray(0, beside)];
  });
}

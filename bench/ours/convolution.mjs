/** Training steps of convolutional networks as tasks: the same work as peers/torch_convolution.py. */
import { maskFromPredicate } from '@winnow/arithmetic';
import { networkByName, recipeFor } from '@winnow/engine';
import { PICTURE, STANDARD, splitConvolutionWeights } from '../convnets.mjs';
import { ADAM } from '../lenet.mjs';
import { aboutBackend, backendNamed, ENDLESS, openTraining } from './engine.mjs';

const { layOutExamples } = await import(
  new URL('../../packages/engine/dist/data/lay-out-examples.js', import.meta.url)
);

function layOut({ images, labels }) {
  const channels = Array.from({ length: PICTURE.channels }, () => STANDARD);
  const description = {
    name: 'bench',
    digest: '',
    features: PICTURE.values,
    classes: 10,
    scale: Math.fround(1 / 255),
    channels,
  };
  const train = { images, labels, indices: Uint32Array.from(labels.keys()) };
  const none = { images: new Uint8Array(0), labels: new Uint8Array(0), indices: new Uint32Array(0) };
  return layOutExamples(description, { train, validation: none, test: none });
}

function open({ network: name, weights, pictures, backend, threads }) {
  const network = networkByName(name);
  const layers = splitConvolutionWeights(name, weights);
  const recipe = recipeFor(network, { batch: 60, iterations: ENDLESS, optimizer: { name: 'adam', ...ADAM } });
  return openTraining({
    backend,
    network,
    masks: layers.map(({ weight }) => maskFromPredicate(weight.length, (position) => weight[position] !== 0)),
    parameters: layers.map(({ weight, bias }) => ({ weights: weight.filter((value) => value !== 0), biases: bias })),
    data: layOut(pictures),
    recipe,
    threads,
  });
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

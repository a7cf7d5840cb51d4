/** The loader of tickets (packages/runtime), which is plain TypeScript and predicts one image a call. */
import { ticketNetwork } from '@winnow/formats';
import { predictorOf } from '@winnow/runtime';
import { LAYERS, splitWeights } from '../lenet.mjs';
import { network, SCALE } from './engine.mjs';

/** A task whose step is one forward pass over the first image, given as f32; `predict` is the runtime's own. */
export function runtimeInference({ weights, set }) {
  const tensors = splitWeights(weights).map(({ weight, bias }) => ({ weights: weight, biases: bias }));
  const predict = predictorOf({ network: ticketNetwork(network), scale: SCALE }, tensors);
  const image = Float32Array.from(set.images.subarray(0, LAYERS[0].inputs), (value) => Math.fround(value * SCALE));
  return {
    about: 'TypeScript',
    predict,
    run: (steps) => {
      for (let step = 0; step < steps; step++) predict(image);
    },
    close: () => {},
  };
}

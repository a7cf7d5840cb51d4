/** The loader of tickets (packages/runtime), which predicts one image a call: plain TypeScript, or with its WebAssembly for dense layers. */
import { readFile } from 'node:fs/promises';
import { ticketNetwork } from '@winnow/formats';
import { predictorOf } from '@winnow/runtime';
import { loadKernels } from '@winnow/runtime/kernels';
import { LAYERS, splitWeights } from '../lenet.mjs';
import { network, SCALE } from './engine.mjs';

/** The WebAssembly of the loader; undefined where the platform has none. */
export const runtimeKernels = async () =>
  loadKernels(await readFile(new URL('../../kernels/build/predict.wasm', import.meta.url)));

/**
 * A task whose step is one forward pass over the first image, given as f32; `predict` is the runtime's own.
 * @param kernels of `runtimeKernels`; plain TypeScript without
 */
export function runtimeInference({ weights, set }, kernels) {
  const tensors = splitWeights(weights).map(({ weight, bias }) => ({ weights: weight, biases: bias }));
  const predict = predictorOf({ network: ticketNetwork(network), scale: SCALE }, tensors, kernels);
  const image = Float32Array.from(set.images.subarray(0, LAYERS[0].inputs), (value) => Math.fround(value * SCALE));
  return {
    about: kernels === undefined ? 'TypeScript' : 'WebAssembly',
    predict,
    run: (steps) => {
      for (let step = 0; step < steps; step++) predict(image);
    },
    close: () => {},
  };
}

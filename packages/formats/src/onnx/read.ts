import { UserError } from '@winnow/arithmetic';
import type { Layer } from '@winnow/engine';
import { type LoadedNetwork, loadedNetwork } from '../loaded-network.js';
import { stepsOf } from './flow.js';
import { layersOf } from './layers.js';
import { type Fail, inputPicture } from './nodes.js';
import { decodeGraph, type OnnxGraph } from './schema.js';
import { constantsOf, integerConstantsOf } from './tensors.js';

/**
 * Reads layers from an ONNX model, without trusting it: `Gemm`, or `MatMul` and `Add`; `Conv`, `MaxPool`, `AveragePool` and
 * `GlobalAveragePool` with square windows; `BatchNormalization` right behind a `Conv` or `Gemm`; `Add` of two ways from one value (a residual
 * layer); `Relu`; `Flatten`, or a `Reshape` to lists. A `Reshape` or `Flatten` before the first layer says how the input lies; `Identity`, and
 * `Softmax` at the end, change nothing that Winnow needs and are passed over.
 *
 * @param file what to call the file in messages
 * @throws UserError if it is no ONNX model, is damaged, or has an operator or a shape of which Winnow knows no layer
 */
export function readOnnx(bytes: Uint8Array, file: string): LoadedNetwork {
  const fail: Fail = (reason) => {
    throw new UserError(`${file} cannot be read as an ONNX network: ${reason}.`);
  };
  const graph = graphIn(bytes, fail);
  const constants = constantsOf(graph, fail);
  const shapes = integerConstantsOf(graph, fail);
  const { specs, values, picture } = layersOf(stepsOf(graph, constants, fail), {
    ...{ constants, shapes, fail },
    picture: inputPicture(graph, constants),
  });
  if (values.length === 0) fail('it has no layer with weights');
  const isPlain = specs.every(({ kind }) => kind === 'dense' || kind === 'relu' || kind === 'batch-norm');
  if (!isPlain && picture === null) fail('its input has no fixed channels, height and width');
  const inputs = isPlain || picture === null ? values[0].weights.length / values[0].outputs : picture;
  const loaded = loadedNetwork(file, graph.name || 'imported', inputs, specs, values);
  // A shortcut's window follows from its body's; the file's must be the same.
  for (const [l, layer] of weightedIn(loaded.network.layers).entries()) {
    const { window } = values[l];
    if (layer.kind !== 'convolution' || window === undefined) continue;
    for (const side of ['kernel', 'stride', 'padding'] as const) {
      if (layer[side] !== window[side])
        fail(`a shortcut has a ${side} of ${window[side]}, where its body asks for ${layer[side]}`);
    }
  }
  return loaded;
}

/** Layers with weights, in the order of their values. */
const weightedIn = (layers: readonly Layer[]): readonly Layer[] =>
  layers.flatMap((layer) => {
    if (layer.kind === 'residual') return [...weightedIn(layer.body), ...weightedIn(layer.shortcut)];
    return layer.kind === 'dense' || layer.kind === 'convolution' ? [layer] : [];
  });

function graphIn(bytes: Uint8Array, fail: Fail): OnnxGraph {
  try {
    return decodeGraph(bytes) ?? fail('it has no graph');
  } catch (error) {
    if (error instanceof UserError) throw error;
    return fail('it is no whole protobuf message of that kind. Export it again');
  }
}

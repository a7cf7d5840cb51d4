import { UserError } from '@winnow/arithmetic';
import { dense, flatten, globalAveragePool, type LayerSpec, relu } from '@winnow/engine';
import { type LoadedLayer, type LoadedNetwork, loadedNetwork } from '../loaded-network.js';
import {
  biasOf,
  chainOf,
  convolutionLayer,
  denseLayer,
  type Fail,
  inputPicture,
  integer,
  pictureOf,
  poolingLayer,
  shownNode,
} from './nodes.js';
import { decodeGraph, type OnnxGraph } from './schema.js';
import { constantsOf, integerConstantsOf } from './tensors.js';

/**
 * Reads a chain of layers from an ONNX model, without trusting it: `Gemm`, or `MatMul` and `Add`; `Conv`, `MaxPool`, `AveragePool` and
 * `GlobalAveragePool` with square windows; `Relu`; `Flatten`, or a `Reshape` to lists. A `Reshape` or `Flatten` before the first layer says
 * how the input lies; `Identity`, and `Softmax` at the end, change nothing that Winnow needs and are passed over.
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
  const specs: LayerSpec[] = [];
  const values: LoadedLayer[] = [];
  const nodes = chainOf(graph, constants, fail);
  let picture = inputPicture(graph, constants);
  /** Of a list; null where pictures flow, or before the first layer. */
  let width: number | null = null;
  let channels: number | null = null;
  for (let n = 0; n < nodes.length; n++) {
    const node = nodes[n];
    switch (node.opType) {
      case 'Gemm':
      case 'MatMul': {
        const next = nodes[n + 1];
        const added = node.opType === 'MatMul' && next?.opType === 'Add' ? biasOf(next, constants) : undefined;
        if (added !== undefined) n++;
        const layer = denseLayer(node, constants, added, fail);
        if (width !== null && width !== layer.inputs)
          fail(`${shownNode(node)} takes ${layer.inputs} values, not ${width}`);
        specs.push(dense(layer.outputs));
        values.push(layer);
        width = layer.outputs;
        break;
      }
      case 'Conv': {
        const layer = convolutionLayer(node, constants, fail);
        channels ??= picture?.channels ?? null;
        if (channels !== null && channels !== layer.channels)
          fail(`${shownNode(node)} takes ${layer.channels} channels, not ${channels}`);
        specs.push(layer.spec);
        values.push(layer);
        channels = layer.biases.length;
        break;
      }
      case 'MaxPool':
      case 'AveragePool':
        specs.push(poolingLayer(node, fail));
        break;
      case 'GlobalAveragePool':
        specs.push(globalAveragePool());
        break;
      case 'Relu':
        // The largest of what ReLU leaves is what ReLU leaves of the largest.
        specs.splice(specs.at(-1)?.kind === 'max-pool' ? -1 : specs.length, 0, relu());
        break;
      case 'Reshape':
      case 'Flatten': {
        const shape = shapes.get(node.input[1] ?? '') ?? [];
        if (node.opType === 'Flatten' && integer(node, 'axis', 1) !== 1)
          fail(`${shownNode(node)} flattens the batch too`);
        if (specs.length === 0) picture = pictureOf(shape) ?? picture;
        else if (node.opType === 'Reshape' && shape.length !== 2)
          fail(`${shownNode(node)} stands after the first layer`);
        else if (width === null) specs.push(flatten());
        break;
      }
      case 'Identity':
        break;
      case 'Softmax':
        if (n < nodes.length - 1) fail(`${shownNode(node)} is not the last operator`);
        break;
      default:
        fail(
          `Winnow reads no ${shownNode(node)}; it reads Gemm, MatMul with Add, Conv, MaxPool, AveragePool, Flatten and Relu in one chain`,
        );
    }
  }
  if (values.length === 0) fail('it has no layer with weights');
  const isPlain = specs.every(({ kind }) => kind === 'dense' || kind === 'relu');
  if (!isPlain && picture === null) fail('its input has no fixed channels, height and width');
  const inputs = isPlain || picture === null ? values[0].weights.length / values[0].biases.length : picture;
  return loadedNetwork(file, graph.name || 'imported', inputs, specs, values);
}

function graphIn(bytes: Uint8Array, fail: Fail): OnnxGraph {
  try {
    return decodeGraph(bytes) ?? fail('it has no graph');
  } catch (error) {
    if (error instanceof UserError) throw error;
    return fail('it is no whole protobuf message of that kind. Export it again');
  }
}

import { UserError } from '@winnow/arithmetic';
import { dense, type LayerSpec, relu } from '@winnow/engine';
import { type LoadedLayer, type LoadedNetwork, loadedNetwork } from '../loaded-network.js';
import { decodeGraph, type OnnxGraph, type OnnxNode } from './schema.js';
import { type Constant, constantsOf } from './tensors.js';

type Fail = (reason: string) => never;

/**
 * Reads a chain of dense layers and ReLUs from an ONNX model, without trusting it: `Gemm`, or `MatMul` and `Add`; `Relu`;
 * `Flatten`, `Reshape` and `Identity` before the first of them, and `Softmax` at the end, change nothing that Winnow
 * needs and are passed over.
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
  const specs: LayerSpec[] = [];
  const values: LoadedLayer[] = [];
  const nodes = chainOf(graph, constants, fail);
  let width: number | null = null;
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
      case 'Relu':
        specs.push(relu());
        break;
      case 'Flatten':
      case 'Reshape':
      case 'Identity':
        if (specs.length > 0) fail(`${shownNode(node)} stands after the first layer`);
        break;
      case 'Softmax':
        if (n < nodes.length - 1) fail(`${shownNode(node)} is not the last operator`);
        break;
      default:
        fail(`Winnow has no layer for ${shownNode(node)}; it knows Gemm, MatMul with Add, and Relu`);
    }
  }
  if (values.length === 0) fail('it has no layer with weights');
  return loadedNetwork(
    file,
    graph.name || 'imported',
    values[0].weights.length / values[0].biases.length,
    specs,
    values,
  );
}

function graphIn(bytes: Uint8Array, fail: Fail): OnnxGraph {
  try {
    return decodeGraph(bytes) ?? fail('it has no graph');
  } catch (error) {
    if (error instanceof UserError) throw error;
    return fail('it is no whole protobuf message of that kind. Export it again');
  }
}

/** The nodes in order, each reading what the one before gave. */
function chainOf(graph: OnnxGraph, constants: ReadonlyMap<string, Constant>, fail: Fail): readonly OnnxNode[] {
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) fail(`it has ${inputs.length} inputs in place of 1`);
  let value = inputs[0].name;
  for (const node of graph.node) {
    if (!node.input.includes(value)) fail(`${shownNode(node)} does not read what the operator before it gave`);
    if (node.output.length !== 1) fail(`${shownNode(node)} has ${node.output.length} outputs in place of 1`);
    value = node.output[0];
  }
  return graph.node;
}

function biasOf(node: OnnxNode, constants: ReadonlyMap<string, Constant>): Constant | undefined {
  return node.input.map((name) => constants.get(name)).find((constant) => constant !== undefined);
}

interface DenseValues extends LoadedLayer {
  readonly inputs: number;
  readonly outputs: number;
}

function denseLayer(
  node: OnnxNode,
  constants: ReadonlyMap<string, Constant>,
  added: Constant | undefined,
  fail: Fail,
): DenseValues {
  const weight = constants.get(node.input[1] ?? '');
  if (weight === undefined || weight.dims.length !== 2)
    return fail(`${shownNode(node)} has no constant matrix of weights`);
  requirePlain(node, fail);
  const isByOutputs = attribute(node, 'transB') === 1;
  const [rows, columns] = weight.dims;
  const [outputs, inputs] = isByOutputs ? [rows, columns] : [columns, rows];
  const bias = node.opType === 'Gemm' ? constants.get(node.input[2] ?? '') : added;
  if (node.input[2] && bias === undefined) fail(`the bias of ${shownNode(node)} is no constant`);
  const biases = bias?.values ?? new Float32Array(outputs);
  if (biases.length !== outputs) fail(`${shownNode(node)} has ${biases.length} biases for ${outputs} outputs`);
  const weights = isByOutputs ? weight.values : transposed(weight.values, inputs, outputs);
  return { inputs, outputs, weights, biases };
}

/** Refuses a Gemm that is more than x Wᵀ + b. */
function requirePlain(node: OnnxNode, fail: Fail): void {
  const scale = (name: string) => node.attribute.find((found) => found.name === name)?.f ?? 1;
  if (attribute(node, 'transA') === 1) fail(`${shownNode(node)} transposes its input`);
  if (scale('alpha') !== 1 || scale('beta') !== 1) fail(`${shownNode(node)} scales by alpha or beta`);
}

const attribute = (node: OnnxNode, name: string): number => node.attribute.find((found) => found.name === name)?.i ?? 0;

/** (inputs, outputs) → (outputs, inputs). */
function transposed(values: Float32Array, inputs: number, outputs: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) turned[o * inputs + i] = values[i * outputs + o];
  return turned;
}

const shownNode = ({ opType, name }: OnnxNode): string => (name ? `${opType} "${name}"` : `operator ${opType}`);

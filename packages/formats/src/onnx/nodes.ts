import { averagePool, convolution, type ImageShape, type LayerSpec, maxPool } from '@winnow/engine';
import type { LoadedLayer } from '../loaded-network.js';
import type { OnnxGraph, OnnxNode } from './schema.js';
import type { Constant } from './tensors.js';

export type Fail = (reason: string) => never;
export type Constants = ReadonlyMap<string, Constant>;

export const shownNode = ({ opType, name }: OnnxNode): string => (name ? `${opType} "${name}"` : `operator ${opType}`);

/** Whether a name is that of a constant. Old exporters list constants among the inputs. */
export const isConstant = ({ initializer }: OnnxGraph, constants: Constants, input: string): boolean =>
  constants.has(input) || initializer.some(({ name }) => name === input);

/** Pictures of (channels, height, width), if the graph's input says so: (batch, channels, height, width). */
export function inputPicture(graph: OnnxGraph, constants: Constants): ImageShape | null {
  const input = graph.input.find(({ name }) => !isConstant(graph, constants, name));
  return pictureOf(input?.type?.tensorType?.shape?.dim.map(({ dimValue }) => dimValue) ?? []);
}

/** The pictures in a shape of four sizes, all but the first known. */
export function pictureOf(shape: readonly number[]): ImageShape | null {
  const [, channels, height, width] = shape;
  return shape.length === 4 && [channels, height, width].every((size) => size > 0) ? { channels, height, width } : null;
}

export function biasOf(node: OnnxNode, constants: Constants): Constant | undefined {
  return node.input.map((name) => constants.get(name)).find((constant) => constant !== undefined);
}

export interface DenseValues extends LoadedLayer {
  readonly inputs: number;
  readonly outputs: number;
}

/** @param added the constant that an Add after a MatMul adds */
export function denseLayer(node: OnnxNode, constants: Constants, added: Constant | undefined, fail: Fail): DenseValues {
  const weight = constants.get(node.input[1] ?? '');
  if (weight === undefined || weight.dims.length !== 2)
    return fail(`${shownNode(node)} has no constant matrix of weights`);
  if (weight.values.length === 0) fail(`${shownNode(node)} has no weights`);
  requirePlain(node, fail);
  const isByOutputs = integer(node, 'transB', 0) === 1;
  const [rows, columns] = weight.dims;
  const [outputs, inputs] = isByOutputs ? [rows, columns] : [columns, rows];
  const biases = node.opType === 'Gemm' ? biasesOf(node, constants, outputs, fail) : (added?.values ?? zeros(outputs));
  if (biases.length !== outputs) fail(`${shownNode(node)} has ${biases.length} biases for ${outputs} outputs`);
  const weights = isByOutputs ? weight.values : transposed(weight.values, inputs, outputs);
  return { inputs, outputs, weights, biases };
}

/** Refuses a Gemm that is more than x Wᵀ + b. */
function requirePlain(node: OnnxNode, fail: Fail): void {
  const scale = (name: string) => node.attribute.find((found) => found.name === name)?.f ?? 1;
  if (integer(node, 'transA', 0) === 1) fail(`${shownNode(node)} transposes its input`);
  if (scale('alpha') !== 1 || scale('beta') !== 1) fail(`${shownNode(node)} scales by alpha or beta`);
}

export interface ConvolutionValues extends LoadedLayer {
  readonly spec: LayerSpec;
  readonly outputs: number;
  readonly window: { readonly kernel: number; readonly stride: number; readonly padding: number };
  /** Channels of the pictures that it reads. */
  readonly channels: number;
}

/** A convolution with square kernels, whose strides, and whose paddings, are all the same. */
export function convolutionLayer(node: OnnxNode, constants: Constants, fail: Fail): ConvolutionValues {
  const weight = constants.get(node.input[1] ?? '');
  if (weight === undefined || weight.dims.length !== 4) return fail(`${shownNode(node)} has no constant kernels`);
  const [outputs, channels, height, width] = weight.dims;
  if (integer(node, 'group', 1) !== 1) fail(`${shownNode(node)} has groups of channels`);
  const { size, stride, padding } = windowOf(node, [height, width], fail);
  const biases = biasesOf(node, constants, outputs, fail);
  const window = { kernel: size, stride, padding };
  return { spec: convolution(outputs, window), window, channels, outputs, weights: weight.values, biases };
}

/** A pooling with square windows and no padding. */
export function poolingLayer(node: OnnxNode, fail: Fail): LayerSpec {
  const { size, stride, padding } = windowOf(node, integers(node, 'kernel_shape', []), fail);
  if (padding !== 0 || integer(node, 'ceil_mode', 0) !== 0) fail(`${shownNode(node)} pads its pictures`);
  return node.opType === 'MaxPool' ? maxPool(size, stride) : averagePool(size, stride);
}

function windowOf(node: OnnxNode, kernel: readonly number[], fail: Fail) {
  const one = (what: string, sizes: readonly number[]): number => {
    if (sizes.length === 0 || sizes.some((size) => size !== sizes[0]))
      return fail(`${shownNode(node)} has ${what} of (${sizes.join(', ')}), which are not the same on all sides`);
    return sizes[0];
  };
  const padded = new TextDecoder().decode(node.attribute.find(({ name }) => name === 'auto_pad')?.s);
  if (!['', 'NOTSET', 'VALID'].includes(padded)) fail(`${shownNode(node)} has padding of the kind ${padded}`);
  if (integers(node, 'dilations', [1]).some((step) => step !== 1)) fail(`${shownNode(node)} is dilated`);
  const size = one('a window', kernel);
  if (one('a window', integers(node, 'kernel_shape', kernel)) !== size)
    fail(`${shownNode(node)} has kernels of another size than it says`);
  return {
    size,
    stride: one('strides', integers(node, 'strides', [1])),
    padding: one('pads', integers(node, 'pads', [0])),
  };
}

function biasesOf(node: OnnxNode, constants: Constants, outputs: number, fail: Fail): Float32Array {
  if (!node.input[2]) return zeros(outputs);
  const bias = constants.get(node.input[2]);
  if (bias === undefined) return fail(`the bias of ${shownNode(node)} is no constant`);
  if (bias.values.length !== outputs)
    return fail(`${shownNode(node)} has ${bias.values.length} biases for ${outputs} outputs`);
  return bias.values;
}

const zeros = (outputs: number): Float32Array => new Float32Array(outputs);

export const integer = (node: OnnxNode, name: string, otherwise: number): number =>
  node.attribute.find((found) => found.name === name)?.i ?? otherwise;

const integers = (node: OnnxNode, name: string, otherwise: readonly number[]): readonly number[] =>
  node.attribute.find((found) => found.name === name)?.ints ?? otherwise;

/** (inputs, outputs) → (outputs, inputs). */
function transposed(values: Float32Array, inputs: number, outputs: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) turned[o * inputs + i] = values[i * outputs + o];
  return turned;
}

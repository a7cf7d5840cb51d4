import { valuesOfShape } from '../safetensors/tensor.js';
import { FLOAT, INT64, type OnnxGraph, type OnnxSparseTensor, type OnnxTensor } from './schema.js';

/** A constant of a graph, dense, in row order. */
export interface Constant {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

type Fail = (reason: string) => never;

/** More values than any network that Winnow trains; a file cannot make a reader take more memory than this many f32. */
const mostValues = 0x1000_0000;

/** The f32 constants of a graph by name; sparse ones are filled with 0. Constants of other types are left out. */
export function constantsOf(graph: OnnxGraph, fail: Fail): ReadonlyMap<string, Constant> {
  const dense = graph.initializer
    .filter(({ dataType }) => dataType === FLOAT)
    .map((tensor) => [tensor.name, { dims: tensor.dims, values: floatsOf(tensor, fail) }] as const);
  const sparse = graph.sparseInitializer.map((tensor) => filled(tensor, fail));
  return new Map([...dense, ...sparse]);
}

/** The int64 constants of a graph by name, such as shapes. */
export function integerConstantsOf(graph: OnnxGraph, fail: Fail): ReadonlyMap<string, readonly number[]> {
  const found = graph.initializer.filter(({ dataType }) => dataType === INT64);
  return new Map(found.map((tensor) => [tensor.name, integersOf(tensor, fail)]));
}

function filled({ values, indices, dims }: OnnxSparseTensor, fail: Fail): readonly [string, Constant] {
  if (values === null || indices === null) return fail('a sparse tensor has no values or no indices');
  const { name } = values;
  const count = valuesOfShape(dims);
  if (!(count <= mostValues)) fail(`tensor "${name}" has an impossible shape (${dims.join(', ')})`);
  const floats = floatsOf(values, fail);
  const places = integersOf(indices, fail);
  if (indices.dims.length !== 1) fail(`the indices of tensor "${name}" are not one list`);
  if (places.length !== floats.length)
    fail(`tensor "${name}" has ${floats.length} values and ${places.length} indices`);
  const dense = new Float32Array(count);
  for (const [i, place] of places.entries()) {
    if (!(place >= 0 && place < count)) fail(`tensor "${name}" has a value at ${place} of ${count}`);
    dense[place] = floats[i];
  }
  return [name, { dims, values: dense }];
}

function floatsOf(tensor: OnnxTensor, fail: Fail): Float32Array {
  if (tensor.dataType !== FLOAT) fail(`tensor "${tensor.name}" is not of f32`);
  const bytes = contentOf(tensor, 4, tensor.floatData.length, fail);
  if (bytes === null) return Float32Array.from(tensor.floatData);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function integersOf(tensor: OnnxTensor, fail: Fail): readonly number[] {
  if (tensor.dataType !== INT64) fail(`the indices "${tensor.name}" are not of int64`);
  const bytes = contentOf(tensor, 8, tensor.int64Data.length, fail);
  if (bytes === null) return tensor.int64Data;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}

/** The raw bytes of a tensor, or null if its values stand in a list; either has as many as its shape says. */
function contentOf({ name, dims, rawData, dataLocation }: OnnxTensor, size: number, listed: number, fail: Fail) {
  if (dataLocation !== 0) fail(`tensor "${name}" lies in another file; export the model as one file`);
  const count = valuesOfShape(dims);
  const isRaw = rawData.length > 0 || listed === 0;
  const there = isRaw ? rawData.length / size : listed;
  if (there !== count)
    fail(`tensor "${name}" has ${there} values where its shape (${dims.join(', ')}) asks for ${count}`);
  return isRaw ? rawData : null;
}

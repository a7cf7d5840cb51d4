import { expect, it } from 'vitest';
import { makeWeights, splitWeights, survivorsAtDensity } from '../lenet.mjs';
import { lenetOnnx } from './onnx.mjs';

/** Fields of a protobuf message: number → values (varints as numbers, everything else as bytes). */
function fields(bytes: Buffer): Map<number, (number | Buffer)[]> {
  const found = new Map<number, (number | Buffer)[]>();
  let offset = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[offset++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (offset < bytes.length) {
    const key = varint();
    const value = varint();
    const isBytes = (key & 7) === 2;
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), isBytes ? bytes.subarray(offset, offset + value) : value]);
    if (isBytes) offset += value;
  }
  return found;
}
const text = (value: number | Buffer) => String(value);

it('the file holds the network, its shapes and its weights', () => {
  const layers = splitWeights(makeWeights(survivorsAtDensity(1)));
  const model = fields(lenetOnnx(layers));
  const graph = fields(model.get(7)?.[0] as Buffer);
  const nodes = (graph.get(1) ?? []).map((node) => fields(node as Buffer));
  expect(nodes.map((node) => text(node.get(4)![0]))).toEqual(['Gemm', 'Relu', 'Gemm', 'Relu', 'Gemm']);
  expect(nodes.map((node) => `${node.get(1)!.map(text)} > ${text(node.get(2)![0])}`)).toEqual([
    'x,weight1,bias1 > sums1',
    'sums1 > hidden1',
    'hidden1,weight2,bias2 > sums2',
    'sums2 > hidden2',
    'hidden2,weight3,bias3 > logits',
  ]);
  const tensors = (graph.get(5) ?? []).map((tensor) => fields(tensor as Buffer));
  expect(tensors.map((tensor) => tensor.get(1))).toEqual([[300, 784], [300], [100, 300], [100], [10, 100], [10]]);
  const raw = tensors[2].get(9)![0] as Buffer;
  expect(raw.readFloatLE(4 * 12_345)).toBe(layers[1].weight[12_345]);
  expect(raw.length).toBe(4 * 30_000);
});

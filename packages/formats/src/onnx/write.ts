import { maskIndices } from '@winnow/arithmetic';
import { denseTensors, type Layer, type Masks, type Network, type Parameters, weightLayers } from '@winnow/engine';
import { ATTRIBUTE_INT, encodeModel, FLOAT, INT64, type OnnxNode } from './schema.js';

export interface OnnxOptions {
  /** Whether pruned layers are written as sparse initialisers: the survivors and their places. */
  readonly sparse: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A network as an ONNX model (IR version 8, opset 13): input `x`, f32 (batch, inputs), scaled as in training; output
 * `logits`, f32 (batch, classes). One `Gemm` a dense layer, weights (outputs, inputs) with 0 where pruned.
 *
 * @throws RangeError if masks and parameters do not fit the network
 */
export function writeOnnx(network: Network, masks: Masks, parameters: Parameters, options: OnnxOptions): Uint8Array {
  const dense = denseTensors(network, masks, parameters);
  const layers = weightLayers(network);
  const isSparse = layers.map(({ weights }, l) => {
    const survivors = parameters[l].weights.length;
    return options.sparse && survivors > 0 && survivors < weights;
  });
  const shapes = layers.map(({ outputs, inputs }) => [outputs, inputs]);
  const weights = layers.flatMap(({ name }, l) =>
    isSparse[l] ? [] : [floatTensor(`${name}.weight`, shapes[l], dense[l])],
  );
  const biases = layers.map(({ name, outputs }, l) => floatTensor(`${name}.bias`, [outputs], parameters[l].biases));
  return encodeModel({
    irVersion: 8,
    producerName: 'winnow',
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: Object.entries(options.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: network.name,
      node: nodesOf(network),
      initializer: [...weights, ...biases],
      sparseInitializer: layers.flatMap(({ name }, l) => {
        if (!isSparse[l]) return [];
        const places = maskIndices(masks[l]);
        return [
          {
            values: floatTensor(`${name}.weight`, [places.length], parameters[l].weights),
            indices: { name: '', dims: [places.length], dataType: INT64, rawData: int64Bytes(places) },
            dims: shapes[l],
          },
        ];
      }),
      input: [tensorValue('x', network.inputs)],
      output: [tensorValue('logits', network.classes)],
    },
  });
}

function nodesOf({ layers }: Network): readonly OnnxNode[] {
  return layers.map((layer, i) => {
    const input = i === 0 ? 'x' : `values ${i}`;
    return nodeOf(layer, `relu ${i}`, input, i === layers.length - 1 ? 'logits' : `values ${i + 1}`);
  });
}

function nodeOf(layer: Layer, unnamed: string, input: string, output: string): OnnxNode {
  switch (layer.kind) {
    case 'dense':
      return {
        name: layer.name,
        opType: 'Gemm',
        input: [input, `${layer.name}.weight`, `${layer.name}.bias`],
        output: [output],
        attribute: [{ name: 'transB', f: 0, i: 1, type: ATTRIBUTE_INT }],
      };
    case 'relu':
      return { name: unnamed, opType: 'Relu', input: [input], output: [output], attribute: [] };
  }
}

const floatTensor = (name: string, dims: readonly number[], values: Float32Array) => ({
  name,
  dims,
  dataType: FLOAT,
  rawData: floatBytes(values),
});

function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true);
  return bytes;
}

function int64Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setBigInt64(8 * i, BigInt(values[i]), true);
  return bytes;
}

const tensorValue = (name: string, width: number) => ({
  name,
  type: { tensorType: { elemType: FLOAT, shape: { dim: [{ dimParam: 'batch' }, { dimValue: width }] } } },
});

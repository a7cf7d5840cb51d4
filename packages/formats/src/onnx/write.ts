import { maskIndices, UserError } from '@winnow/arithmetic';
import {
  denseTensors,
  type Layer,
  type Masks,
  type Network,
  type Parameters,
  tensorsBeside,
  weightLayers,
} from '@winnow/engine';
import {
  ATTRIBUTE_INT,
  ATTRIBUTE_INTS,
  encodeModel,
  FLOAT,
  INT64,
  type OnnxAttribute,
  type OnnxNode,
} from './schema.js';

export interface OnnxOptions {
  /** Whether pruned layers are written as sparse initialisers: the survivors and their places. */
  readonly sparse: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A network as an ONNX model (IR version 8, opset 13): input `x`, f32 (batch, inputs), scaled as in training; output
 * `logits`, f32 (batch, classes). One `Gemm` a dense layer, weights (outputs, inputs); one `Conv` a convolution, weights
 * (outputs, channels, kernel, kernel), behind a `Reshape` of the input to pictures; 0 where pruned. Batch norms are as in evaluation.
 *
 * @throws RangeError if masks and parameters do not fit the network; UserError for a shortcut with padding
 */
export function writeOnnx(network: Network, masks: Masks, parameters: Parameters, options: OnnxOptions): Uint8Array {
  const dense = denseTensors(network, masks, parameters);
  const layers = weightLayers(network);
  const isSparse = layers.map(({ weights }, l) => {
    const survivors = parameters[l].weights.length;
    return options.sparse && survivors > 0 && survivors < weights;
  });
  const shapes = layers.map(({ shape }) => shape);
  const weights = layers.flatMap(({ name }, l) =>
    isSparse[l] ? [] : [floatTensor(`${name}.weight`, shapes[l], dense[l])],
  );
  const biases = layers.flatMap((layer, l) =>
    tensorsBeside(layer, parameters[l].biases).map(([name, values]) =>
      floatTensor(`${layer.name}.${name}`, [layer.outputs], values),
    ),
  );
  return encodeModel({
    irVersion: 8,
    producerName: 'winnow',
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: Object.entries(options.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: network.name,
      node: nodesOf(network),
      initializer: [...pictureShape(network), ...weights, ...biases],
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

const pictureShapeName = 'picture shape';

/** The constant that a network of pictures reshapes its input by; none for others. */
function pictureShape({ image }: Network) {
  if (image === undefined) return [];
  const { channels, height, width } = image;
  return [{ name: pictureShapeName, dims: [4], dataType: INT64, int64Data: [-1, channels, height, width] }];
}

function nodesOf({ image, layers }: Network): readonly OnnxNode[] {
  const first = image === undefined ? 'x' : 'values 0';
  const nodes = nodesIn(layers, 'values ', first, 'logits');
  if (image === undefined) return nodes;
  const input = ['x', pictureShapeName];
  return [{ name: 'picture', opType: 'Reshape', input, output: [first], attribute: [] }, ...nodes];
}

/** Layers one after the other. @param prefix of the names of what flows between them */
function nodesIn(layers: readonly Layer[], prefix: string, first: string, last: string): readonly OnnxNode[] {
  return layers.flatMap((layer, i) => {
    const input = i === 0 ? first : `${prefix}${i}`;
    const output = i === layers.length - 1 ? last : `${prefix}${i + 1}`;
    return nodesOfLayer(
      layer,
      `${layer.kind} ${prefix.slice('values '.length)}${i}`,
      input,
      output,
      layers[i - 1],
      layers[i + 1],
    );
  });
}

function nodesOfLayer(
  layer: Layer,
  name: string,
  input: string,
  output: string,
  before: Layer | undefined,
  next: Layer | undefined,
): readonly OnnxNode[] {
  const plain = (opType: string, attribute: readonly OnnxAttribute[] = []): OnnxNode => {
    return { name, opType, input: [input], output: [output], attribute };
  };
  const beside = next?.kind === 'batch-norm' ? [] : ['bias'];
  switch (layer.kind) {
    case 'dense':
      return [weighted(plain('Gemm', [integer('transB', 1)]), layer.name, ['weight', ...beside])];
    case 'convolution': {
      const { kernel, stride, padding } = layer;
      const shape = [integers('kernel_shape', [kernel, kernel]), integers('strides', [stride, stride])];
      const node = plain('Conv', [...shape, integers('pads', [padding, padding, padding, padding])]);
      return [weighted(node, layer.name, ['weight', ...beside])];
    }
    case 'batch-norm': {
      if (before === undefined || !('name' in before)) throw new Error('a batch norm follows a layer with weights');
      const node = weighted(plain('BatchNormalization'), before.name, ['scale', 'shift', 'mean', 'variance']);
      return [{ ...node, name: `${before.name} norm` }];
    }
    case 'relu':
      return [plain('Relu')];
    case 'max-pool': {
      const { size, stride } = layer;
      return [plain('MaxPool', [integers('kernel_shape', [size, size]), integers('strides', [stride, stride])])];
    }
    case 'average-pool': {
      const { input: picture, rows, columns, stride } = layer;
      if (rows === picture.height && columns === picture.width) return [plain('GlobalAveragePool')];
      const window = [integers('kernel_shape', [rows, columns]), integers('strides', [stride, stride])];
      return [plain('AveragePool', window)];
    }
    case 'residual': {
      const [body, shortcut] = [`${output} body`, layer.shortcut.length === 0 ? input : `${output} shortcut`];
      return [
        ...nodesIn(layer.body, `${body} `, input, body),
        ...nodesIn(layer.shortcut, `${shortcut} `, input, shortcut),
        { ...plain('Add'), input: [body, shortcut] },
      ];
    }
    case 'subsample':
      throw new UserError(
        'A shortcut with padding is no ONNX operator. Use one with a projection, or write a .safetensors or .npz file.',
      );
    case 'dropout': // nothing is dropped when predicting
      return [plain('Identity')];
    case 'flatten':
      return [plain('Flatten')];
  }
}

/** The node with a layer's name and tensors. */
const weighted = (node: OnnxNode, name: string, tensors: readonly string[]): OnnxNode => ({
  ...node,
  name,
  input: [...node.input, ...tensors.map((tensor) => `${name}.${tensor}`)],
});

const integer = (name: string, i: number): OnnxAttribute => ({ name, f: 0, i, ints: [], type: ATTRIBUTE_INT });
const integers = (name: string, ints: readonly number[]): OnnxAttribute => ({
  name,
  f: 0,
  i: 0,
  ints,
  type: ATTRIBUTE_INTS,
});

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

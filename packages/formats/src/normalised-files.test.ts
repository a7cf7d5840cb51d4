import { maskFromPredicate, maskIndices, UserError } from '@winnow/arithmetic';
import {
  batchNorm,
  convolution,
  dense,
  flatten,
  fullMasks,
  globalAveragePool,
  initialParameters,
  loadBackend,
  network,
  networkByName,
  openPredictor,
  relu,
  residual,
  weightLayers,
} from '@winnow/engine';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeDenseTensors } from './dense-file.js';
import { writeNpz } from './npz/write.js';
import { readOnnx } from './onnx/read.js';
import { decodeGraph, encodeModel, type OnnxNode } from './onnx/schema.js';
import { type Constant, constantsOf } from './onnx/tensors.js';
import { writeOnnx } from './onnx/write.js';
import { readParameters, writeParameters } from './parameters-file.js';
import { readSafetensors } from './safetensors/read.js';

const net = network('small-resnet', { channels: 2, height: 6, width: 5 }, [
  ...[convolution(3), batchNorm(), relu()],
  ...[residual([convolution(3), batchNorm(), relu(), convolution(3), batchNorm()]), relu()],
  ...[residual([convolution(4, { stride: 2 }), batchNorm()]), relu()],
  ...[globalAveragePool(), flatten(), dense(3)],
]);
const layers = weightLayers(net);
const masks = layers.map(({ weights, isShortcut }) => maskFromPredicate(weights, (i) => isShortcut || i % 3 !== 1));
/** Some value from −1.1 to 1, but never 0, which a file takes for pruned. */
const drawn = (i: number, l: number): number => (((i * 37 + l * 11 + 5) % 41) - 20.5) / 20;
const parameters = layers.map((layer, l) => ({
  weights: Float32Array.from(maskIndices(masks[l]), (i) => drawn(i, l)),
  // Behind each other: scales, shifts, running means and running variances, which are above 0 and far from ε.
  biases: Float32Array.from({ length: layer.biases }, (_, i) =>
    layer.normalised && i >= 3 * layer.outputs ? 1.5 + drawn(i, l) : drawn(i, l),
  ),
}));
const pictures = Float32Array.from({ length: 4 * net.inputs }, (_, i) => drawn(i, 3));

describe('a residual network with batch norms', () => {
  it('comes back from a file of its survivors, statistics and all', () => {
    const found = readParameters(writeParameters(net, masks, parameters), net, 'f');
    expect(found.parameters).toEqual(parameters);
    expect(found.masks).toEqual(masks);
  });

  it('has scale, shift, mean and variance beside each normalised weight in .safetensors and .npz', () => {
    const { tensors } = readSafetensors(writeDenseTensors(net, masks, parameters), 'f');
    const arrays = unzipSync(writeNpz(net, masks, parameters));
    const names = layers.flatMap(({ name, normalised }) =>
      ['weight', ...(normalised ? ['scale', 'shift', 'mean', 'variance'] : ['bias'])].map((part) => `${name}.${part}`),
    );
    expect([...tensors.keys()].sort()).toEqual([...names].sort());
    expect(Object.keys(arrays)).toEqual(names.map((name) => `${name}.npy`));
    for (const [l, { name, outputs, normalised }] of layers.entries()) {
      for (const [part, title] of (normalised ? ['scale', 'shift', 'mean', 'variance'] : ['bias']).entries()) {
        const values = parameters[l].biases.slice(part * outputs, (part + 1) * outputs);
        expect(tensors.get(`${name}.${title}`)?.data).toEqual(values);
        expect(arrays[`${name}.${title}.npy`].slice(-4 * outputs)).toEqual(new Uint8Array(values.buffer));
      }
    }
  });

  it.each([false, true])('says what the engine says as an ONNX graph, sparse initialisers: %s', async (sparse) => {
    const backend = await loadBackend({});
    const predictor = openPredictor({ backend, network: net, masks, parameters, scale: 1, batch: 4 });
    const expected = [...predictor.predict(pictures)];
    predictor.close();
    const bytes = writeOnnx(net, masks, parameters, { sparse, metadata: {} });
    for (let i = 0; i < 4; i++) {
      const logits = logitsOf(bytes, [...pictures.subarray(i * net.inputs, (i + 1) * net.inputs)]);
      expect(logits.length).toBe(3);
      for (let c = 0; c < 3; c++) expect(logits[c]).toBeCloseTo(expected[3 * i + c], 4);
    }
  });
});

describe('an ONNX file of a residual network', () => {
  it.each([false, true])('gives the network back that was written, sparse initialisers: %s', (sparse) => {
    const loaded = readOnnx(writeOnnx(net, masks, parameters, { sparse, metadata: {} }), 'f');
    expect(loaded).toEqual({ network: net, masks, parameters });
  });

  it('of ResNet-20 and of norms behind dense layers comes back', () => {
    const dense2 = network('normed', 4, [dense(3), batchNorm(), relu(), dense(2)]);
    for (const of of [networkByName('resnet-20'), dense2]) {
      const whole = fullMasks(of);
      const values = initialParameters(of, whole, 'he-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });
      const loaded = readOnnx(writeOnnx(of, whole, values, { sparse: false, metadata: {} }), 'f');
      expect(loaded).toEqual({ network: of, masks: whole, parameters: values });
    }
  });

  it('is refused where Winnow writes a shortcut that it has no operator for', () => {
    const padded = network('padded', { channels: 2, height: 6, width: 6 }, [
      ...[convolution(2), relu(), residual([convolution(4, { stride: 2 })], 'padding'), relu(), flatten(), dense(2)],
    ]);
    const whole = fullMasks(padded);
    const values = initialParameters(padded, whole, 'he-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });
    expect(() => writeOnnx(padded, whole, values, { sparse: false, metadata: {} })).toThrow('no ONNX operator');
  });
});

/** A residual layer as other software writes it: the value added first, a bias before the norm, an epsilon of its own. */
function foreign(change: (model: Foreign) => void = () => {}): Uint8Array {
  const dim = (...sizes: number[]) => ({ tensorType: { shape: { dim: sizes.map((dimValue) => ({ dimValue })) } } });
  const floats = (name: string, dims: number[], value: number) => {
    const floatData = Array.from({ length: dims.reduce((a, b) => a * b) }, () => value);
    return { name, dims, dataType: 1, floatData };
  };
  const attribute: object[] = [{ name: 'epsilon', f: 0.25, type: 1 }];
  const model: Foreign = {
    node: [
      { opType: 'Conv', input: ['x', 'first', 'bias'], output: ['a'] },
      { opType: 'Conv', input: ['a', 'second', 'bias'], output: ['b'] },
      { opType: 'BatchNormalization', input: ['b', 'scale', 'shift', 'mean', 'variance'], output: ['c'], attribute },
      { opType: 'Add', input: ['a', 'c'], output: ['d'] },
      { opType: 'Flatten', input: ['d'], output: ['e'] },
      { opType: 'Gemm', input: ['e', 'last'], output: ['f'], attribute: [{ name: 'transB', i: 1, type: 2 }] },
    ],
    initializer: [
      ...[floats('first', [2, 1, 1, 1], 1), floats('second', [2, 2, 1, 1], 2), floats('bias', [2], 0.5)],
      ...[floats('scale', [2], 3), floats('shift', [2], 4), floats('mean', [2], 5), floats('variance', [2], 6)],
      floats('last', [2, 8], 7),
    ],
  };
  change(model);
  return encodeModel({ graph: { name: 'g', input: [{ name: 'x', type: dim(0, 1, 2, 2) }], output: [], ...model } });
}

interface Foreign {
  node: { opType: string; input: string[]; output: string[]; attribute?: object[] }[];
  initializer: { name: string; dims: number[]; dataType: number; floatData: number[] }[];
}

describe('an ONNX file of a residual network by other software', () => {
  it('is read: what is added first, and a bias and an epsilon that go into the norm', () => {
    const { network: read, parameters: values } = readOnnx(foreign(), 'f');
    const one = { kernel: 1, padding: 0 };
    expect(read).toEqual(
      network('g', { channels: 1, height: 2, width: 2 }, [
        ...[convolution(2, one), residual([convolution(2, one), batchNorm()]), flatten(), dense(2)],
      ]),
    );
    const variance = Math.fround(6 + (0.25 - 1e-5));
    expect([...values[1].biases]).toEqual([3, 3, 4, 4, 4.5, 4.5, variance, variance]);
  });

  it.each<[string, string, (model: Foreign) => void]>([
    [
      'an operator that reads itself',
      'a',
      ({ node }) => {
        node[0].input.unshift('a');
      },
    ],
    [
      'a value that goes round',
      'reads what comes after it',
      ({ node }) => {
        node[0].output = ['x'];
      },
    ],
    [
      'three ways',
      '3 operators read what one gave',
      ({ node }) => {
        node[4].input = ['a'];
      },
    ],
    [
      'a product of two ways',
      'is no sum of two ways',
      ({ node }) => {
        node[3].opType = 'Mul';
      },
    ],
    [
      'a norm behind a pooling',
      'right behind a Conv',
      ({ node }) => {
        node[1].opType = 'GlobalAveragePool';
      },
    ],
    [
      'a norm of other channels',
      'has 3 values for 2 channels',
      ({ initializer }) => {
        initializer[3].dims = [3];
        initializer[3].floatData.push(1);
      },
    ],
    [
      'a norm that is computed',
      'is no constant',
      ({ node }) => {
        node[2].input[1] = '';
      },
    ],
    ['a negative variance', 'a variance below 0', ({ initializer }) => initializer[6].floatData.fill(-1)],
    [
      'a shortcut of pools',
      'adds is neither',
      ({ node }) => {
        node.splice(3, 0, { opType: 'Relu', input: ['a'], output: ['r'] });
        node[4].input = ['r', 'c'];
      },
    ],
    [
      'a projection that keeps the shape',
      'has 4 layers with weights, where its shapes ask for 3',
      ({ node }) => {
        node.splice(3, 0, { opType: 'Conv', input: ['a', 'second'], output: ['r'] });
        node.splice(4, 0, { ...node[2], input: ['r', 'scale', 'shift', 'mean', 'variance'], output: ['s'] });
        node[5].input = ['c', 's'];
      },
    ],
  ])('with %s is refused in a sentence', (_, says, change) => {
    expect(() => readOnnx(foreign(change), 'f')).toThrow(UserError);
    expect(() => readOnnx(foreign(change), 'f')).toThrow(says);
  });
});

/** One example's values; of a picture, with its shape. */
interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The operators as ONNX's specification defines them, in f64, for one example. */
function logitsOf(bytes: Uint8Array, x: readonly number[]): readonly number[] {
  const graph = decodeGraph(bytes);
  if (!graph) throw new Error('no graph');
  const constants = constantsOf(graph, (reason) => {
    throw new Error(reason);
  });
  const values = new Map<string, Values>([['x', { shape: [x.length], data: x }]]);
  for (const node of graph.node) {
    const inputs = node.input.map((name) => values.get(name) as Values);
    const others = node.input.map((name) => constants.get(name) as Constant);
    values.set(node.output[0], operated(node, inputs, others));
  }
  return values.get('logits')?.data ?? [];
}

function operated(node: OnnxNode, [a, b]: readonly Values[], constants: readonly Constant[]): Values {
  const ints = (name: string) => node.attribute.find((attribute) => attribute.name === name)?.ints ?? [];
  const [, weight] = constants;
  const [channels, height, width] = a.shape;
  const area = height * width;
  switch (node.opType) {
    case 'Reshape':
      return { shape: [2, 6, 5], data: a.data };
    case 'Flatten':
      return { shape: [a.data.length], data: a.data };
    case 'Relu':
      return { ...a, data: a.data.map((value) => Math.max(0, value)) };
    case 'Add':
      return { ...a, data: a.data.map((value, i) => value + b.data[i]) };
    case 'GlobalAveragePool': {
      const mean = (c: number) => a.data.slice(c * area, (c + 1) * area).reduce((sum, value) => sum + value, 0) / area;
      return { shape: [channels, 1, 1], data: Array.from({ length: channels }, (_, c) => mean(c)) };
    }
    case 'BatchNormalization': {
      expect(node.attribute).toEqual([]); // so ε is 10⁻⁵
      const [, scale, shift, mean, variance] = constants.map((constant) => constant?.values);
      const data = a.data.map((value, i) => {
        const c = Math.floor(i / area);
        return ((value - mean[c]) / Math.sqrt(variance[c] + 1e-5)) * scale[c] + shift[c];
      });
      return { ...a, data };
    }
    case 'Conv': {
      const [outputs, , kernel] = weight.dims;
      const [stride] = ints('strides');
      const [padding] = ints('pads');
      const slid = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
      const shape = [outputs, slid(height), slid(width)];
      const data: number[] = [];
      for (let o = 0; o < outputs; o++)
        for (let r = 0; r < shape[1]; r++)
          for (let q = 0; q < shape[2]; q++) {
            let sum = 0;
            for (let c = 0; c < channels; c++)
              for (let i = 0; i < kernel; i++)
                for (let j = 0; j < kernel; j++) {
                  const [row, column] = [r * stride + i - padding, q * stride + j - padding];
                  if (row < 0 || row >= height || column < 0 || column >= width) continue;
                  sum +=
                    weight.values[((o * channels + c) * kernel + i) * kernel + j] *
                    a.data[c * area + row * width + column];
                }
            data.push(sum);
          }
      return { shape, data };
    }
    case 'Gemm': {
      const [outputs, width] = weight.dims;
      const row = (o: number) => a.data.reduce((sum, value, i) => sum + value * weight.values[o * width + i], 0);
      return { shape: [outputs], data: Array.from({ length: outputs }, (_, o) => row(o) + constants[2].values[o]) };
    }
    default:
      throw new Error(node.opType);
  }
}

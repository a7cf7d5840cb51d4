import { maskFromIndices, UserError } from '@winnow/arithmetic';
import {
  averagePool,
  convolution,
  dense,
  flatten,
  fullMasks,
  globalAveragePool,
  maxPool,
  network,
  relu,
} from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOnnx } from './read.js';
import { decodeGraph, encodeModel } from './schema.js';
import { writeOnnx } from './write.js';

const small = network('small', 3, [dense(2), relu(), dense(2)]);
const masks = [maskFromIndices(6, [1, 3, 5]), maskFromIndices(4, [0, 1, 2, 3])];
const parameters = [
  { weights: Float32Array.of(1, -2, 3), biases: Float32Array.of(0.5, 0.25) },
  { weights: Float32Array.of(4, 5, -6, 7), biases: Float32Array.of(0, -1) },
];

describe('an ONNX file', () => {
  it.each([true, false])('gives the network back that was written, sparse initialisers: %s', (sparse) => {
    const loaded = readOnnx(writeOnnx(small, masks, parameters, { sparse, metadata: { level: '3' } }), 'f');
    expect(loaded).toEqual({ network: { ...small, layers: small.layers }, masks, parameters });
  });

  it('is smaller with sparse initialisers, where little survives', () => {
    const wide = network('wide', 200, [dense(10)]);
    const few = [maskFromIndices(2000, [7, 1999])];
    const values = [{ weights: Float32Array.of(1, 2), biases: new Float32Array(10) }];
    const bytes = (sparse: boolean) => writeOnnx(wide, few, values, { sparse, metadata: {} }).length;
    expect(bytes(true)).toBeLessThan(bytes(false) / 20);
  });

  it('of any small network comes back', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.integer({ min: 1, max: 5 }), ([inputs, ...outputs], sparse, every) => {
        const random = network(
          'any',
          inputs,
          outputs.flatMap((width, l) => (l === 0 ? [dense(width)] : [relu(), dense(width)])),
        );
        const layers = fullMasks(random);
        const some = layers.map(({ length }) =>
          maskFromIndices(
            length,
            Array.from({ length }, (_, i) => i).filter((i) => i % every === 0),
          ),
        );
        const values = some.map(({ length }, l) => ({
          weights: Float32Array.from({ length: Math.ceil(length / every) }, (_, i) => 1 + i),
          biases: new Float32Array(outputs[l]).fill(0.5),
        }));
        const loaded = readOnnx(writeOnnx(random, some, values, { sparse, metadata: {} }), 'f');
        expect(loaded).toEqual({ network: random, masks: some, parameters: values });
      }),
    );
  });
});

describe('an ONNX file of a network of pictures', () => {
  const shape = { channels: 2, height: 4, width: 4 };
  const conv = network('conv', shape, [convolution(3), relu(), maxPool(2), flatten(), dense(2)]);
  const masks = fullMasks(conv);
  const parameters = masks.map(({ length }, l) => ({
    weights: new Float32Array(length).fill(1),
    biases: new Float32Array([3, 2][l]),
  }));

  it('reshapes its input, and has the weights in the shape of PyTorch and ONNX', () => {
    const graph = decodeGraph(writeOnnx(conv, masks, parameters, { sparse: false, metadata: {} }));
    expect(graph?.node.map(({ opType }) => opType)).toEqual(['Reshape', 'Conv', 'Relu', 'MaxPool', 'Flatten', 'Gemm']);
    expect(graph?.initializer.map(({ dims }) => dims)).toEqual([[4], [3, 2, 3, 3], [2, 12], [3], [2]]);
    expect(graph?.initializer[0].int64Data).toEqual([-1, 2, 4, 4]);
    expect(graph?.node[1].attribute.map(({ name, ints }) => [name, ints])).toEqual([
      ['kernel_shape', [3, 3]],
      ['strides', [1, 1]],
      ['pads', [1, 1, 1, 1]],
    ]);
  });

  it.each([true, false])('gives the network back that was written, sparse initialisers: %s', (sparse) => {
    const few = [maskFromIndices(54, [0, 9, 53]), maskFromIndices(24, [5])];
    const values = parameters.map(({ biases }, l) => ({ weights: Float32Array.from([[1, 2, 3], [4]][l]), biases }));
    const loaded = readOnnx(writeOnnx(conv, few, values, { sparse, metadata: {} }), 'f');
    expect(loaded).toEqual({ network: conv, masks: few, parameters: values });
  });

  it('of any windows comes back', () => {
    const windows = fc.record({
      kernel: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 2 }),
      padding: fc.nat(1),
      pool: fc.constantFrom(maxPool(2, 1), averagePool(2), maxPool(1, 2)),
      global: fc.boolean(),
    });
    fc.assert(
      fc.property(windows, ({ kernel, stride, padding, pool, global }) => {
        const random = network('any', { channels: 2, height: 9, width: 8 }, [
          convolution(3, { kernel, stride, padding: Math.min(padding, kernel - 1) }),
          relu(),
          pool,
          convolution(2, { kernel: 1, padding: 0 }),
          ...(global ? [globalAveragePool()] : []),
          flatten(),
          dense(3),
          relu(),
          dense(2),
        ]);
        const all = fullMasks(random);
        const values = all.map(({ length }, l) => ({
          weights: Float32Array.from({ length }, (_, i) => 1 + i),
          biases: new Float32Array([3, 2, 3, 2][l]).fill(0.5),
        }));
        const loaded = readOnnx(writeOnnx(random, all, values, { sparse: false, metadata: {} }), 'f');
        expect(loaded).toEqual({ network: random, masks: all, parameters: values });
      }),
    );
  });
});

/** A convolution of pictures of 1 × 4 × 4 with a ReLU behind its pooling, as PyTorch exports it, and whatever a test changes. */
function foreignPictures(change: Readonly<Record<string, unknown>> = {}, conv: readonly object[] = []): Uint8Array {
  const ints = (name: string, ...values: number[]) => ({ name, ints: values, type: 7 });
  const shape = (...sizes: number[]) => ({ tensorType: { shape: { dim: sizes.map((dimValue) => ({ dimValue })) } } });
  const pads = ints('pads', 1, 1, 1, 1);
  return encodeModel({
    graph: {
      name: 'pictures',
      input: [{ name: 'in', type: shape(0, 1, 4, 4) }, { name: 'k' }],
      output: [{ name: 'out' }],
      node: [
        {
          opType: 'Conv',
          input: ['in', 'k', 'c'],
          output: ['sums'],
          attribute: [pads, ints('dilations', 1, 1), ...conv],
        },
        {
          opType: 'MaxPool',
          input: ['sums'],
          output: ['most'],
          attribute: [ints('kernel_shape', 2, 2), ints('strides', 2, 2)],
        },
        { opType: 'Relu', input: ['most'], output: ['lit'] },
        { opType: 'Reshape', input: ['lit', 'list'], output: ['flat'] },
        { opType: 'MatMul', input: ['flat', 'w'], output: ['out'] },
      ],
      initializer: [
        { name: 'k', dims: [1, 1, 3, 3], dataType: 1, floatData: [1, 2, 3, 4, 0, 6, 7, 8, 9] },
        { name: 'c', dims: [1], dataType: 1, floatData: [0.5] },
        { name: 'list', dims: [2], dataType: 7, int64Data: [-1, 4] },
        { name: 'w', dims: [4, 2], dataType: 1, floatData: [1, 2, 3, 4, 5, 6, 7, 8] },
      ],
      ...change,
    },
  });
}

describe('an ONNX file of pictures by other software', () => {
  it('is read: kernels, a ReLU after the pooling, a reshape to lists', () => {
    const { network: read, masks: kept, parameters: values } = readOnnx(foreignPictures(), 'f');
    const pictures = { channels: 1, height: 4, width: 4 };
    expect(read).toEqual(network('pictures', pictures, [convolution(1), relu(), maxPool(), flatten(), dense(2)]));
    expect(kept[0]).toEqual(maskFromIndices(9, [0, 1, 2, 3, 5, 6, 7, 8]));
    expect(values).toEqual([
      { weights: Float32Array.of(1, 2, 3, 4, 6, 7, 8, 9), biases: Float32Array.of(0.5) },
      { weights: Float32Array.of(1, 3, 5, 7, 2, 4, 6, 8), biases: new Float32Array(2) },
    ]);
  });

  const attribute = (name: string, ...ints: number[]) => [{ name, ints, type: 7 }];
  it.each([
    ['groups', {}, [{ name: 'group', i: 2, type: 2 }], 'has groups of channels'],
    ['strides that differ', {}, attribute('strides', 1, 2), 'has strides of (1, 2)'],
    ['kernels of another size', {}, attribute('kernel_shape', 5, 5), 'kernels of another size'],
    ['padding by a rule', {}, [{ name: 'auto_pad', s: Buffer.from('SAME_UPPER'), type: 3 }], 'of the kind SAME_UPPER'],
    ['no size of its input', { input: [{ name: 'in' }] }, [], 'no fixed channels, height and width'],
    ['no strides', {}, attribute('strides'), 'has strides of ()'],
  ])('with %s is refused in a sentence', (_, change, conv, says) => {
    expect(() => readOnnx(foreignPictures(change, conv), 'm.onnx')).toThrow(UserError);
    expect(() => readOnnx(foreignPictures(change, conv), 'm.onnx')).toThrow(says);
  });

  it('with pictures of another size than its dense layer takes is refused in a sentence', () => {
    const wide = {
      input: [{ name: 'in', type: { tensorType: { shape: { dim: [0, 1, 8, 8].map((dimValue) => ({ dimValue })) } } } }],
    };
    expect(() => readOnnx(foreignPictures(wide), 'f')).toThrow(
      'f has 8 weights for layer "dense 1", whose place asks for 32.',
    );
  });

  it('that is damaged never does worse than a sentence', () => {
    expectSentences(foreignPictures());
  });
});

/** A file with a byte changed, or cut, is read or refused as the user's mistake. */
function expectSentences(whole: Uint8Array): void {
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
      const damaged = whole.slice(0, end);
      if (at < end) damaged[at] = byte;
      try {
        readOnnx(damaged, 'f');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { numRuns: 3000 },
  );
}

/** A model of one MatMul with weights (3, 2) by inputs, as other exporters write it, and whatever a test changes. */
function foreign(change: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return encodeModel({
    graph: {
      name: 'foreign',
      input: [{ name: 'in' }],
      output: [{ name: 'out' }],
      node: [
        { opType: 'Flatten', input: ['in'], output: ['flat'] },
        { opType: 'MatMul', input: ['flat', 'w'], output: ['sums'] },
        { opType: 'Add', input: ['sums', 'b'], output: ['out'] },
      ],
      initializer: [
        { name: 'w', dims: [3, 2], dataType: 1, floatData: [1, 2, 3, 4, 0, 6] },
        { name: 'b', dims: [2], dataType: 1, floatData: [-0, 8] },
      ],
      ...change,
    },
  });
}

describe('an ONNX file of other software', () => {
  it('is read: MatMul and Add, weights by inputs, a Flatten before, zeros as pruned, no −0', () => {
    const { network: read, masks: kept, parameters: values } = readOnnx(foreign(), 'f');
    expect(read).toEqual(network('foreign', 3, [dense(2)]));
    expect(kept).toEqual([maskFromIndices(6, [0, 1, 3, 4, 5])]);
    expect(values).toEqual([{ weights: Float32Array.of(1, 3, 2, 4, 6), biases: Float32Array.of(0, 8) }]);
  });

  const nodes = (node: Readonly<Record<string, unknown>>) => ({
    node: [{ input: ['in', 'w'], output: ['out'], ...node }],
  });
  const tensors = (w: Readonly<Record<string, unknown>>) => ({
    initializer: [{ name: 'w', dims: [3, 2], dataType: 1, floatData: [1, 2, 3, 4, 5, 6], ...w }],
  });
  const matMul = nodes({ opType: 'MatMul' });
  it.each([
    ['an unknown operator', nodes({ opType: 'LSTM', name: 'memory' }), 'reads no LSTM "memory"'],
    ['no layer', nodes({ opType: 'Flatten' }), 'no layer with weights'],
    ['a branch', nodes({ opType: 'MatMul', input: ['elsewhere', 'w'] }), 'does not read what'],
    ['two inputs', { input: [{ name: 'in' }, { name: 'other' }] }, '2 inputs in place of 1'],
    [
      'missing values',
      { ...matMul, ...tensors({ floatData: [1, 2] }) },
      'has 2 values where its shape (3, 2) asks for 6',
    ],
    ['a shape that is too large', { ...matMul, ...tensors({ dims: [2 ** 40, 2 ** 40] }) }, 'where its shape'],
    ['values elsewhere', { ...matMul, ...tensors({ dataLocation: 1 }) }, 'lies in another file'],
    ['a value that is not finite', { ...matMul, ...tensors({ floatData: [1, 2, 3, Number.NaN, 5, 6] }) }, 'not finite'],
    ['a shape without values', { ...matMul, ...tensors({ dims: [0, 2 ** 40], floatData: [] }) }, 'has no weights'],
    ['only zeros', { ...matMul, ...tensors({ floatData: [0, 0, 0, 0, 0, 0] }) }, 'nothing but zeros'],
  ])('with %s is refused in a sentence', (_, change, says) => {
    expect(() => readOnnx(foreign(change), 'm.onnx')).toThrow(UserError);
    expect(() => readOnnx(foreign(change), 'm.onnx')).toThrow(says);
  });

  it('with places of survivors beyond its shape is refused', () => {
    const place = new Uint8Array(8).fill(1);
    const sparseInitializer = [
      {
        values: { name: 'w', dims: [1], dataType: 1, floatData: [1] },
        indices: { dims: [1], dataType: 7, rawData: place },
        dims: [3, 2],
      },
    ];
    expect(() => readOnnx(foreign({ initializer: [], sparseInitializer, ...matMul }), 'f')).toThrow('has a value at');
  });

  it('that is damaged never does worse than a sentence', () => {
    expectSentences(writeOnnx(small, masks, parameters, { sparse: true, metadata: {} }));
  });
});

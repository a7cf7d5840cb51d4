import { countOnes, maskFromIndices, maskFromPredicate, UserError } from '@winnow/arithmetic';
import {
  dense,
  fullMasks,
  initialParameters,
  lenet300,
  type Masks,
  type Network,
  network,
  type Parameters,
  relu,
  weightLayers,
} from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readParameters, writeParameters } from './parameters-file.js';
import { readSafetensors } from './safetensors/read.js';
import { bytesTensor, float32Tensor, type Tensor } from './safetensors/tensor.js';
import { writeSafetensors } from './safetensors/write.js';

const tiny = network('tiny', 3, [dense(2), relu(), dense(2)]);
const masks: Masks = [maskFromIndices(6, [1, 2, 5]), maskFromIndices(4, [0])];
const parameters: Parameters = [
  { weights: Float32Array.of(1, -2, 3), biases: Float32Array.of(0.5, 0.25) },
  { weights: Float32Array.of(4), biases: Float32Array.of(-1, 1) },
];

describe('a file of parameters', () => {
  it('gives back masks, survivors, biases and metadata', () => {
    const file = writeParameters(tiny, masks, parameters, { seed: '1' });
    expect(readParameters(file, tiny, 'f')).toEqual({ masks, parameters, metadata: { seed: '1' } });
  });

  it('is a safetensors file with names and shapes as documented', () => {
    const { tensors, metadata } = readSafetensors(writeParameters(tiny, masks, parameters), 'f');
    expect(metadata).toEqual({ format: 'winnow parameters 1' });
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, ...shape])).toEqual([
      ['dense 1.weights', 'F32', 3],
      ['dense 1.biases', 'F32', 2],
      ['dense 2.weights', 'F32', 1],
      ['dense 2.biases', 'F32', 2],
      ['dense 1.mask', 'U8', 1],
      ['dense 2.mask', 'U8', 1],
    ]);
    expect(tensors.get('dense 1.mask')?.data).toEqual(Uint8Array.of(0b100110));
  });

  it('gives back any masks and values, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        fc.nat(4),
        (inputs, outputs, seed, keep) => {
          const net: Network = network('any', inputs, [dense(outputs)]);
          const some = weightLayers(net).map(({ weights }) =>
            maskFromPredicate(weights, (i) => (i * 7 + seed) % 4 < keep),
          );
          const values = initialParameters(net, some, 'glorot-normal', { seed, trial: 0, draw: { kind: 'initial' } });
          const read = readParameters(writeParameters(net, some, values), net, 'f');
          expect(read).toEqual({ masks: some, parameters: values, metadata: {} });
        },
      ),
    );
  });

  it('takes 4 bytes a survivor and one bit a weight', () => {
    const lenet = lenet300();
    const few = fullMasks(lenet).map(({ length }) => maskFromPredicate(length, (i) => i % 50 === 0));
    const values = initialParameters(lenet, few, 'glorot-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });
    const survivors = few.reduce((sum, mask) => sum + countOnes(mask), 0);
    const bytes = writeParameters(lenet, few, values).length;
    expect(bytes - 4 * survivors - 4 * 410 - 266200 / 8).toBeLessThan(1024);
  });

  it('refuses to write what does not fit the network, or metadata of its own name', () => {
    expect(() => writeParameters(tiny, fullMasks(tiny), parameters)).toThrow(RangeError);
    expect(() => writeParameters(tiny, masks, parameters, { format: 'mine' })).toThrow(RangeError);
  });
});

describe('a file that is not what it should be', () => {
  /** The tensors of a good file, changed. */
  function changed(change: (tensors: Map<string, Tensor>) => void, metadata = { format: 'winnow parameters 1' }) {
    const tensors = new Map(readSafetensors(writeParameters(tiny, masks, parameters), 'f').tensors);
    change(tensors);
    return writeSafetensors({ tensors, metadata });
  }
  const set = (name: string, tensor: Tensor) => changed((tensors) => tensors.set(name, tensor));
  const floats = (...values: number[]) => float32Tensor(Float32Array.from(values));
  const bytes = (...values: number[]) => bytesTensor(Uint8Array.from(values));

  it.each([
    ['of another format', changed(() => {}, { format: 'pt' }), 'f holds no parameters of Winnow: its format is "pt"'],
    ['without a layer', changed((tensors) => tensors.delete('dense 2.mask')), 'it has 5 tensors in place of 6'],
    ['with a tensor too many', set('more', floats(1)), 'it has 7 tensors in place of 6'],
    [
      'with another name',
      changed((tensors) => {
        tensors.delete('dense 2.mask');
        tensors.set('dense 3.mask', bytes(1));
      }),
      'there is no tensor "dense 2.mask"',
    ],
    ['with a mask of floats', set('dense 1.mask', floats(1)), 'tensor "dense 1.mask" is no list of U8'],
    ['with a matrix', set('dense 1.weights', float32Tensor(Float32Array.of(1, 2, 3), [3, 1])), 'is no list of F32'],
    ['with a long mask', set('dense 1.mask', bytes(1, 1)), 'the mask of layer "dense 1" is damaged'],
    ['with a bit beyond the mask', set('dense 1.mask', bytes(0b1000111)), 'the mask of layer "dense 1" is damaged'],
    ['with a bit too few', set('dense 1.mask', bytes(0b11)), 'layer "dense 1" has 3 weights and a mask of 2'],
    ['with a bias too few', set('dense 2.biases', floats(1)), 'layer "dense 2" has 1 biases in place of 2'],
  ])('%s is refused', (_, file, reason) => {
    const read = () => readParameters(file, tiny, 'f');
    expect(read).toThrow(UserError);
    expect(read).toThrow(reason);
  });

  it('of another network is refused, naming it', () => {
    const other = network('other', 3, [dense(2)]);
    expect(() => readParameters(writeParameters(tiny, masks, parameters), other, 'f')).toThrow(
      'f does not fit network "other": it has 6 tensors in place of 3.',
    );
  });

  it('with changed bytes is refused, or fits the network', () => {
    const file = writeParameters(tiny, masks, parameters);
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(changes, (list) => {
        const copy = file.slice();
        for (const [at, byte] of list) copy[at] = byte;
        try {
          const read = readParameters(copy, tiny, 'f');
          expect(() => writeParameters(tiny, read.masks, read.parameters)).not.toThrow();
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

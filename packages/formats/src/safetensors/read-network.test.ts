import { maskFromIndices, UserError } from '@winnow/arithmetic';
import { dense, network, relu } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { writeDenseTensors } from '../dense-file.js';
import { readSafetensorsNetwork } from './read-network.js';
import { float32Tensor, type Tensor } from './tensor.js';
import { writeSafetensors } from './write.js';

const file = (tensors: Readonly<Record<string, Tensor>>) =>
  writeSafetensors({ tensors: new Map(Object.entries(tensors)), metadata: {} });
const matrix = (outputs: number, inputs: number) =>
  float32Tensor(new Float32Array(outputs * inputs).fill(1), [outputs, inputs]);

describe('dense layers in a safetensors file', () => {
  it('come back as they were exported', () => {
    const small = network('small', 3, [dense(2), relu(), dense(4)]);
    const masks = [maskFromIndices(6, [1, 3]), maskFromIndices(8, [0, 7])];
    const parameters = [
      { weights: Float32Array.of(1, -2), biases: Float32Array.of(0.5, 0.25) },
      { weights: Float32Array.of(3, 4), biases: Float32Array.of(1, 2, 3, 4) },
    ];
    const bytes = writeDenseTensors(small, masks, parameters, { network: 'small' });
    expect(readSafetensorsNetwork(bytes, 'f')).toEqual({ network: small, masks, parameters });
  });

  it('are put in the order that fits, whatever their names say', () => {
    const bytes = file({ 'a.weight': matrix(10, 5), 'b.weight': matrix(5, 20) });
    const { network: read } = readSafetensorsNetwork(bytes, 'f');
    expect(read).toEqual(network('imported', 20, [dense(5), relu(), dense(10)]));
  });

  it.each([
    ['layers that do not fit', { 'a.weight': matrix(10, 5), 'b.weight': matrix(7, 20) }, 'no order of its weights'],
    ['no layers', {}, 'no order of its weights'],
    ['a tensor of another kind', { running: float32Tensor(new Float32Array(3)) }, 'tensor "running" is no matrix'],
    ['too few biases', { 'a.weight': matrix(2, 3), 'a.bias': float32Tensor(new Float32Array(1)) }, '1 biases for 2'],
  ])('are refused: %s', (_, tensors, says) => {
    expect(() => readSafetensorsNetwork(file(tensors), 'f')).toThrow(UserError);
    expect(() => readSafetensorsNetwork(file(tensors), 'f')).toThrow(says);
  });
});

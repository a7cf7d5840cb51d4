import { maskFromIndices } from '@winnow/arithmetic';
import { dense, fullMasks, network } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { writeDenseTensors } from './dense-file.js';
import { readSafetensors } from './safetensors/read.js';
import { float32Tensor } from './safetensors/tensor.js';

describe('dense tensors for other tools', () => {
  const tiny = network('tiny', 3, [dense(2)]);
  const parameters = [{ weights: Float32Array.of(1, -2), biases: Float32Array.of(0.5, 0.25) }];

  it('have zeros where weights are pruned, and the shape (outputs, inputs)', () => {
    const file = writeDenseTensors(tiny, [maskFromIndices(6, [1, 3])], parameters, { network: 'tiny' });
    const { tensors, metadata } = readSafetensors(file, 'f');
    expect(metadata).toEqual({ network: 'tiny' });
    expect(tensors.get('dense 1.weight')).toEqual(float32Tensor(Float32Array.of(0, 1, 0, -2, 0, 0), [2, 3]));
    expect(tensors.get('dense 1.bias')).toEqual(float32Tensor(Float32Array.of(0.5, 0.25)));
    expect(tensors.size).toBe(2);
  });

  it('are refused for masks that do not fit', () => {
    expect(() => writeDenseTensors(tiny, fullMasks(tiny), parameters)).toThrow(RangeError);
  });
});

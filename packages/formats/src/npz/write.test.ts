import { maskFromIndices } from '@winnow/arithmetic';
import { dense, network } from '@winnow/engine';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeNpz } from './write.js';

describe('an .npz file', () => {
  const tiny = network('tiny', 3, [dense(2)]);
  const parameters = [{ weights: Float32Array.of(1, -2), biases: Float32Array.of(0.5, 0.25) }];
  const bytes = writeNpz(tiny, [maskFromIndices(6, [1, 3])], parameters);

  it('has one array a tensor, in NumPy’s format, with zeros where weights are pruned', () => {
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toEqual(['dense 1.weight.npy', 'dense 1.bias.npy']);
    const array = files['dense 1.weight.npy'];
    expect([...array.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    const length = array[8] + 256 * array[9];
    expect((10 + length) % 64).toBe(0);
    const header = new TextDecoder().decode(array.subarray(10, 10 + length));
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/);
    expect([...new Float32Array(array.slice(10 + length).buffer)]).toEqual([0, 1, 0, -2, 0, 0]);
  });

  it('is the same bytes each time', () => {
    expect(writeNpz(tiny, [maskFromIndices(6, [1, 3])], parameters)).toEqual(bytes);
  });
});

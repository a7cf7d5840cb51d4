import { describe, expect, it } from 'vitest';
import { network } from './build.js';
import { describeNetwork } from './describe.js';
import { batchNorm, convolution, dense, flatten, maxPool, relu, residual } from './layers.js';
import { networkByName, networkNames } from './registry.js';
import { weightCount } from './weight-layers.js';

describe('the description of a network', () => {
  it('counts by hand', () => {
    const image = { channels: 2, height: 6, width: 5 };
    const specs = [convolution(3, { stride: 2 }), relu(), maxPool(2), flatten(), dense(4)];
    expect(describeNetwork(network('small', image, specs))).toEqual({
      name: 'small',
      input: [2, 6, 5],
      classes: 4,
      layers: [
        {
          kind: 'convolution',
          name: 'convolution 1',
          shape: [3, 2, 3, 3],
          output: [3, 3, 3],
          weights: 54,
          biases: 3,
          multiplyAdds: 54 * 9,
        },
        { kind: 'relu', name: 'relu', shape: null, output: [3, 3, 3], weights: 0, biases: 0, multiplyAdds: 0 },
        {
          kind: 'max-pool',
          name: 'max-pool 2 × 2',
          shape: null,
          output: [3, 1, 1],
          weights: 0,
          biases: 0,
          multiplyAdds: 0,
        },
        { kind: 'flatten', name: 'flatten', shape: null, output: [3], weights: 0, biases: 0, multiplyAdds: 0 },
        { kind: 'dense', name: 'dense 1', shape: [4, 3], output: [4], weights: 12, biases: 4, multiplyAdds: 12 },
      ],
      weights: 66,
      biases: 7,
      multiplyAdds: 54 * 9 + 12,
    });
  });

  it('shows a residual layer as its body, its shortcut and the sum, and scales and shifts beside the batch norm', () => {
    const image = { channels: 2, height: 4, width: 4 };
    const body = [convolution(3, { stride: 2 }), batchNorm()];
    const { layers } = describeNetwork(network('small', image, [convolution(2), residual(body), flatten(), dense(2)]));
    expect(layers.map(({ name, output, weights, biases }) => [name, output, weights, biases])).toEqual([
      ['convolution 1', [2, 4, 4], 36, 2],
      ['convolution 2', [3, 2, 2], 54, 0],
      ['batch-norm', [3, 2, 2], 0, 6],
      ['convolution 3', [3, 2, 2], 6, 0],
      ['batch-norm', [3, 2, 2], 0, 6],
      ['sum with the shortcut', [3, 2, 2], 0, 0],
      ['flatten', [12], 0, 0],
      ['dense 1', [2], 24, 2],
    ]);
  });

  it.each(networkNames)('has all weights and the classes of %s', (name) => {
    const net = networkByName(name);
    const described = describeNetwork(net);
    expect(described.weights).toBe(weightCount(net));
    expect(described.layers.at(-1)?.output).toEqual([net.classes]);
    expect(described.multiplyAdds).toBeGreaterThanOrEqual(described.weights);
  });
});

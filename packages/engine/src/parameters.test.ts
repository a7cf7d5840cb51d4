import { maskFromIndices } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { fullMasks, survivors } from './masks.js';
import { network } from './network/build.js';
import { dense } from './network/layers.js';
import { denseTensors, digestParameters, type Parameters, requireParametersOf, restrict } from './parameters.js';

const net = network('n', 3, [dense(2)]);
const half = [maskFromIndices(6, [0, 2, 5])];
const parameters: Parameters = [{ weights: Float32Array.of(1, 2, 3), biases: Float32Array.of(4, 5) }];

describe('parameters', () => {
  it('restricted to a smaller mask keep the values of its survivors', () => {
    expect(restrict(parameters, half, [maskFromIndices(6, [2, 5])])).toEqual([
      { weights: Float32Array.of(2, 3), biases: Float32Array.of(4, 5) },
    ]);
  });

  it('restricted are copies', () => {
    const [copy] = restrict(parameters, half, half);
    copy.biases[0] = 9;
    copy.weights[0] = 9;
    expect(parameters[0]).toEqual({ weights: Float32Array.of(1, 2, 3), biases: Float32Array.of(4, 5) });
  });

  it('cannot be given to a weight that was pruned', () => {
    expect(() => restrict(parameters, half, [maskFromIndices(6, [0, 1])])).toThrow(/a pruned weight cannot come back/);
  });

  it('become dense tensors with zeros at pruned places', () => {
    expect(denseTensors(net, half, parameters)).toEqual([Float32Array.of(1, 0, 2, 0, 0, 3)]);
  });

  it('have a digest over weights, then biases', () => {
    // SHA-256 of the bytes of 1, 2, 3, 4, 5 as little-endian f32.
    expect(digestParameters(parameters)).toBe('0f0fcd7ac25b46f0b354529ced3e25ccbecce8a2303030a929c224c8a60a3a2e');
  });

  it('must be as many as the masks say', () => {
    expect(survivors(half)).toBe(3);
    expect(() => requireParametersOf(net, half, parameters)).not.toThrow();
    expect(() => requireParametersOf(net, fullMasks(net), parameters)).toThrow(
      'layer "dense 1" takes 6 weights and 2 biases, not 3 and 2',
    );
    expect(() => requireParametersOf(net, [...half, ...half], parameters)).toThrow('takes 1 masks, not 2');
    expect(() => requireParametersOf(net, [maskFromIndices(5, [])], parameters)).toThrow('has 5 bits in place of 6');
  });
});

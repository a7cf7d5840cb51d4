import { describe, expect, it } from 'vitest';
import { network } from './build.js';
import { dense, dropout } from './layers.js';
import { networkByName } from './registry.js';
import { dropoutOf, withDropout } from './with-dropout.js';

describe('dropout', () => {
  it('comes behind each hidden dense layer and its ReLU', () => {
    const net = withDropout(networkByName('conv-2'), 0.5);
    expect(net.layers.slice(5).map(({ kind }) => kind)).toEqual([
      'flatten',
      ...['dense', 'relu', 'dropout'],
      ...['dense', 'relu', 'dropout'],
      'dense',
    ]);
    expect(dropoutOf(net)).toBe(0.5);
    expect(dropoutOf(networkByName('conv-2'))).toBeNull();
  });

  it.each([0, 1, -0.5, 1e-20, Number.NaN])('cannot have the rate %d', (rate) => {
    expect(() => network('small', 3, [dense(2), dropout(rate), dense(2)])).toThrow('must be above 0 and below 1');
    expect(() => withDropout(networkByName('conv-2'), rate)).toThrow('must be above 0 and below 1');
  });

  it('has no place in a network without hidden dense layers', () => {
    expect(() => withDropout(networkByName('resnet-20'), 0.5)).toThrow('has no hidden dense layer');
  });
});

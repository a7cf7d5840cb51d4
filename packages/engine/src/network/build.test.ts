import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { network } from './build.js';
import { dense, relu } from './layers.js';
import { lenet300 } from './lenet300.js';
import { networkByName } from './registry.js';
import { weightCount, weightLayers } from './weight-layers.js';

describe('a network', () => {
  it('knows what each layer reads and names the layers without a name after their place', () => {
    const { layers, classes } = network('small', 5, [dense(4), relu(), dense(3, 'output')]);
    expect(layers).toEqual([
      { kind: 'dense', name: 'dense 1', inputs: 5, outputs: 4 },
      { kind: 'relu' },
      { kind: 'dense', name: 'output', inputs: 4, outputs: 3 },
    ]);
    expect(classes).toBe(3);
  });

  it.each([
    { name: 'no layers', specs: [], says: 'must end with a dense layer' },
    { name: 'a ReLU at its end', specs: [dense(3), relu()], says: 'must end with a dense layer' },
    { name: 'a ReLU at its beginning', specs: [relu(), dense(3)], says: 'does not follow a dense layer' },
    { name: 'two ReLUs in a row', specs: [dense(3), relu(), relu(), dense(3)], says: 'does not follow a dense layer' },
    { name: 'one name twice', specs: [dense(3, 'a'), dense(3, 'a')], says: 'two layers named "a"' },
    {
      name: 'half an output',
      specs: [dense(2.5)],
      says: 'outputs of layer "dense 1" must be a positive integer, not 2.5',
    },
  ])('cannot have $name', ({ specs, says }) => {
    expect(() => network('wrong', 5, specs)).toThrow(UserError);
    expect(() => network('wrong', 5, specs)).toThrow(says);
  });
});

describe('LeNet-300-100', () => {
  it('has the 266,200 weights of the paper', () => {
    expect(weightCount(lenet300())).toBe(266_200);
    expect(weightLayers(lenet300()).map(({ weights, isOutput }) => [weights, isOutput])).toEqual([
      [235_200, false],
      [30_000, false],
      [1_000, true],
    ]);
  });

  it('is found by its name, and near misses are helped', () => {
    expect(networkByName('lenet-300-100')).toEqual(lenet300());
    expect(() => networkByName('lenet-300-10')).toThrow(
      'There is no network "lenet-300-10". Did you mean "lenet-300-100"? Known networks: lenet-300-100, conv-2, conv-4, conv-6, resnet-20, vgg-19.',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { resnet20, vgg19 } from './deep.js';
import { networkByName } from './registry.js';
import { weightCount, weightLayers } from './weight-layers.js';

describe('ResNet-20', () => {
  const layers = weightLayers(resnet20());

  it('has the weights of the paper, those of its shortcuts and its output layer among them', () => {
    expect(weightCount(resnet20())).toBe(270_896);
    const shortcuts = layers.filter(({ isShortcut }) => isShortcut);
    expect(shortcuts.map(({ weights }) => weights)).toEqual([512, 2048]);
    expect(layers.at(-1)).toMatchObject({ weights: 640, isOutput: true, normalised: false });
  });

  it('normalises every convolution', () => {
    expect(layers.filter(({ kind }) => kind === 'convolution').every(({ normalised }) => normalised)).toBe(true);
    expect(layers).toHaveLength(22);
  });

  it('takes other pictures and classes by its name', () => {
    const { image, classes } = networkByName('resnet-20-1x28x28-47');
    expect(image).toEqual({ channels: 1, height: 28, width: 28 });
    expect(classes).toBe(47);
  });
});

describe('VGG-19', () => {
  it('has the weights of the paper', () => {
    expect(weightCount(vgg19())).toBe(20_024_000);
    expect(weightLayers(vgg19()).at(-1)?.weights).toBe(5120);
    expect(weightLayers(vgg19())).toHaveLength(17);
  });
});

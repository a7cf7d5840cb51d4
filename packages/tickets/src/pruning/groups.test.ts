import { networkByName, weightLayers } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { globally } from '../testing/tiny.js';
import { countsByLevel } from './counts.js';
import { pruningGroups } from './groups.js';

describe('ResNet-20, pruned globally with an output rate of 0', () => {
  const net = networkByName('resnet-20');
  const pruning = { ...globally, outputRate: 0 };

  it('ranks its convolutions together, but for the shortcuts', () => {
    const [group, ...others] = pruningGroups(net, pruning);
    expect(others).toEqual([]);
    const left = weightLayers(net).filter((_, l) => !group.layers.includes(l));
    expect(left.map(({ weights }) => weights)).toEqual([512, 2048, 640]);
  });

  it('comes to the densities of the paper, in whose denominator all weights are', () => {
    const densities: number[] = [];
    for (const { level, density } of countsByLevel(net, pruning)) {
      densities.push(density);
      if (level === 10) break;
    }
    // Frankle & Carbin 2019, figures 8 and 18.
    expect([4, 6, 7, 10].map((level) => (100 * densities[level]).toFixed(1))).toEqual(['41.7', '27.1', '21.9', '11.8']);
  });
});

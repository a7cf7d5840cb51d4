import { describe, expect, it } from 'vitest';
import { compilePlan } from '../plan/compile.js';
import { describePlan } from '../plan/describe.js';
import { smallMasks, smallTraining } from '../testing/small-training.js';
import { timeLayers } from './time-layers.js';

describe('the timing of a plan', () => {
  it('describes the plan of the training itself, and gives each layer and the rest a time', () => {
    const options = smallTraining({}, { masks: smallMasks([0.4, 1, 0.7]) });
    const { description, layerMicroseconds, otherMicroseconds } = timeLayers(options, 3);
    const { network, masks, data, recipe } = options;
    expect(description).toEqual(describePlan(compilePlan({ network, masks, data, training: recipe })));
    expect(layerMicroseconds).toHaveLength(3);
    for (const microseconds of [...layerMicroseconds, otherMicroseconds]) expect(microseconds).toBeGreaterThan(0);
  });
});

import { andMask, maskFromIndices, maskHas } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { denseTensors } from '../parameters.js';
import { finish, smallMasks, smallTraining } from '../testing/small-training.js';
import { startTraining } from './start.js';

const masks = smallMasks([0.6, 1, 0.8]);
const frozen = smallMasks([0.5, 0.3, 0.5], 11).map((drawn, l) => andMask(drawn, masks[l]));
const options = smallTraining({ optimizer: { name: 'adam', rate: 0.01 }, weightDecay: 0.01 }, { masks, frozen });

describe('a frozen weight', () => {
  it('keeps its start value to the bit, under Adam with weight decay too, while the others move', () => {
    const run = startTraining(options);
    finish(run);
    const { parameters } = run.result();
    run.close();
    const before = denseTensors(options.network, masks, options.start);
    const after = denseTensors(options.network, masks, parameters);
    for (const [l, mask] of masks.entries()) {
      for (const [position, value] of after[l].entries()) {
        if (!maskHas(mask, position)) continue;
        const held = maskHas(frozen[l], position);
        expect(Object.is(value, before[l][position]), `layer ${l}, weight ${position}`).toBe(held);
      }
    }
  });

  it('stays frozen when the training is interrupted and resumed, with the same bits', () => {
    const whole = startTraining(options);
    finish(whole);
    const first = startTraining(options);
    first.next();
    first.next();
    const saved = first.save();
    first.close();
    const second = startTraining(options, saved);
    finish(second);
    expect(second.result().digest).toBe(whole.result().digest);
    whole.close();
    second.close();
  });

  it('must survive in the masks', () => {
    const outside = masks.map((mask, l) => (l === 0 ? maskFromIndices(mask.length, [firstPruned(l)]) : frozen[l]));
    expect(() => startTraining({ ...options, frozen: outside })).toThrow(
      'has frozen weights that its mask does not keep',
    );
  });
});

function firstPruned(layer: number): number {
  return Array.from({ length: masks[layer].length }, (_, i) => i).findIndex((i) => !maskHas(masks[layer], i));
}

import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { finish, smallTraining } from '../testing/small-training.js';
import { trainByEpochs } from './by-epochs.js';
import { startTraining } from './start.js';

const backends = await availableBackends();

describe.each(backends)('a training by epochs ($name $isa)', (backend) => {
  it('has the bits of one training where the data stays as it is, also for a last epoch that is cut short', () => {
    const options = { ...smallTraining({ iterations: 13, batch: 30, schedule: { kind: 'cosine' } }), backend };
    const whole = startTraining(options);
    finish(whole);
    const epochs: number[] = [];
    const shares: number[] = [];
    const training = trainByEpochs(options, { data: options.data, toEpoch: (epoch) => epochs.push(epoch) });
    let step = training.next();
    for (; step.done !== true; step = training.next()) shares.push(step.value);
    expect(step.value.digest).toBe(whole.result().digest);
    const batches = Math.ceil(options.data.train.count / 30);
    expect(epochs).toEqual(Array.from({ length: Math.ceil(13 / batches) }, (_, i) => i));
    expect(shares).toEqual(epochs.slice(1).map((epoch) => (epoch * batches) / 13));
    whole.close();
  });
});

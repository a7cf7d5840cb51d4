import { type DataSet, type Examples, mnist } from '@winnow/data';
import { availableBackends, type BackendChoice, lenet300 } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { normaliseExperiment } from '../experiment/normalise.js';
import { runExperiment } from './run-experiment.js';

/** The first images of MNIST. */
async function someOfMnist(): Promise<DataSet> {
  const data = await mnist();
  const first = (count: number, { images, labels }: Examples): Examples => ({
    count,
    images: images.subarray(0, count * data.features),
    labels: labels.subarray(0, count),
  });
  return { ...data, digest: `some of ${data.digest}`, train: first(700, data.train), test: first(200, data.test) };
}

describe('a short search on MNIST', async () => {
  const experiment = normaliseExperiment({
    network: lenet300(),
    data: await someOfMnist(),
    split: { validation: 100, stratified: true },
    recipe: { iterations: 60, evaluateEvery: 20 },
    pruning: { rounds: 2 },
    controls: ['reinit'],
  });
  const digestsOn = async (choice: BackendChoice, workers: number) => {
    const { cells } = await runExperiment(experiment, { choice, workers });
    return cells.map(({ digest }) => digest);
  };
  // The reference would take a minute; it is compared with the others instruction by instruction in the engine.
  const fast = (await availableBackends()).filter(({ name }) => name !== 'reference');

  it('runs on a fast backend at all', () => {
    expect(fast.length).toBeGreaterThan(0);
  });

  it.each(fast)('ends with the same bits on $name $isa, on one worker and on two', async ({ name, isa }) => {
    const expected = await digestsOn({}, 2);
    expect(new Set(expected).size).toBe(5);
    expect(await digestsOn({ backend: name, ...(isa !== null && { isa }) }, 1)).toEqual(expected);
  });
});

import { mnist, splitDataSet } from '@winnow/data';
import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { layOut } from '../data/lay-out.js';
import { initialParameters } from '../initialisation/initial.js';
import { lenet300 } from '../network/lenet300.js';
import { weightLayers } from '../network/weight-layers.js';
import { compilePlan } from '../plan/compile.js';
import { describePlan } from '../plan/describe.js';
import { recipeFor } from '../recipe/normalise.js';
import { finish } from '../testing/small-training.js';
import { drawnMask } from '../testing/values.js';
import { startTraining } from './start.js';

const network = lenet300();
const backends = await availableBackends();
const ways = backends.flatMap((backend) =>
  (backend.name === 'native' ? [1, 2, 3] : [1]).map((threads) => ({ backend, threads })),
);

/** Real MNIST, judged on few images, for the sake of the reference backend. */
async function someMnist() {
  const all = await mnist();
  const { images, labels } = all.test;
  const few = { ...all, test: { count: 64, images: images.subarray(0, 64 * 784), labels: labels.subarray(0, 64) } };
  const { train, validation } = splitDataSet(few, { seed: 1, validation: 5000, stratified: false });
  return layOut(few, { train, validation: validation.subarray(0, 40) });
}

const data = await someMnist();

describe('LeNet on MNIST trains to the same digest on every backend and instruction set', () => {
  it.each([
    { name: 'dense', density: 1, digest: 'ce45977d37e871436f4c00eb85d1968caefa1bef20df3c417ff72fb74d8cf76c' },
    { name: 'at 51 %', density: 0.51, digest: 'fc9288ae75fb2a9b8de43778287be21f5f9052146216f51726623901347843eb' },
    { name: 'at 3.6 %', density: 0.036, digest: '1165370a3b7bd1eaf4c1a5f957b0a7e232dd6cdfc3a51e19fde6d62a297e4b90' },
  ])('$name, with any number of threads', ({ density, digest }) => {
    const masks = weightLayers(network).map((layer, l) => drawnMask(l, layer.weights, density));
    const recipe = recipeFor(network, { iterations: 2, evaluateEvery: 2 });
    const draw = { seed: 1, trial: 0, draw: { kind: 'initial' } } as const;
    const start = initialParameters(network, masks, recipe.initialisation, draw);
    const results = ways.map(({ backend, threads }) => {
      const run = startTraining({
        backend,
        threads,
        network,
        masks,
        start,
        recipe,
        data,
        seed: 1,
        trial: 0,
        startIteration: 0,
      });
      const rows = finish(run);
      const result = run.result();
      run.close();
      return { name: `${backend.name} ${backend.isa}, ${threads} threads`, rows, digest: result.digest };
    });
    for (const { name, rows, digest: got } of results) {
      expect(got, name).toBe(digest);
      expect(rows, name).toEqual(results[0].rows);
    }
  });
});

describe('threads', () => {
  it('share the large layers alone, up to the last, and in dense and compressed form', () => {
    const threadsAt = (density: number) => {
      const masks = weightLayers(network).map((layer, l) => drawnMask(l, layer.weights, density));
      const plan = compilePlan({ network, masks, data, training: recipeFor(network), threads: 2 });
      return describePlan(plan).layers.map(({ threads }) => threads);
    };
    expect(threadsAt(1)).toEqual([2, 2, 1]);
    expect(threadsAt(0.51)).toEqual([2, 1, 1]);
    expect(threadsAt(0.036)).toEqual([1, 1, 1]);
  });
});

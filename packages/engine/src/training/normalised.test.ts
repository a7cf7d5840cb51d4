import { describe, expect, it } from 'vitest';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { initialParameters } from '../initialisation/initial.js';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import { batchNorm, convolution, dense, flatten, globalAveragePool, relu, residual } from '../network/layers.js';
import { weightLayers } from '../network/weight-layers.js';
import type { Parameters } from '../parameters.js';
import { openPredictor } from '../prediction/predictor.js';
import { recipeFor } from '../recipe/normalise.js';
import { finish } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { drawnMask } from '../testing/values.js';
import { evaluateParameters } from './evaluate.js';
import { startTraining } from './start.js';
import { withMeasuredStatistics } from './statistics.js';
import type { TrainingOptions } from './training.js';

const backend = (await availableBackends()).at(-1) ?? reference;
const net = network('normalised', { channels: 1, height: 6, width: 6 }, [
  convolution(4),
  batchNorm(),
  relu(),
  residual([convolution(6, { stride: 2 }), batchNorm(), relu(), convolution(6), batchNorm()]),
  relu(),
  globalAveragePool(),
  flatten(),
  dense(3),
]);
const data = syntheticData({ features: 36, classes: 3, train: 100, validation: 70, test: 40, seed: 3 });
const masks = weightLayers(net).map(({ weights, isShortcut }, l) => drawnMask(l, weights, isShortcut ? 1 : 0.5));
const options: TrainingOptions = {
  backend,
  network: net,
  masks,
  start: initialParameters(net, masks, 'he-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } }),
  recipe: recipeFor(net, { optimizer: { name: 'momentum', rate: 0.1 }, batch: 16, iterations: 30, evaluateEvery: 10 }),
  data,
  seed: 1,
  trial: 0,
  startIteration: 0,
  snapshotAt: [12],
};

function trained(change: Partial<TrainingOptions> = {}): { readonly parameters: Parameters; readonly digest: string } {
  const run = startTraining({ ...options, ...change });
  finish(run);
  const result = run.result();
  run.close();
  return result;
}

describe('a network with batch norms', () => {
  const whole = startTraining(options);
  const rows = finish(whole);
  const { parameters, digest, snapshots } = whole.result();
  whole.close();

  it('has four values for each output in place of a bias: scale, shift, running mean, running variance', () => {
    const layers = weightLayers(net);
    expect(layers.map(({ biases, normalised }) => [biases, normalised])).toEqual([
      [16, true],
      [24, true],
      [24, true],
      [24, true],
      [3, false],
    ]);
    expect([...options.start[0].biases]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(parameters[0].biases.every((value, i) => value !== options.start[0].biases[i])).toBe(true);
  });

  it('learns', () => {
    expect(rows.at(-1)?.validationLoss).toBeLessThan(rows[0].validationLoss);
  });

  it('is judged by its running statistics: the same in evaluation, in the rows, and in a predictor', () => {
    const { loss, accuracy } = evaluateParameters({ backend, network: net, masks, parameters, data }, 'validation');
    const last = rows.at(-1);
    expect([loss, accuracy]).toEqual([last?.validationLoss, last?.validationAccuracy]);

    const predictor = openPredictor({ backend, network: net, masks, parameters, scale: data.scale, batch: 1 });
    let correct = 0;
    for (let i = 0; i < data.validation.count; i++) {
      const block = 64 * data.validation.images + Math.floor(i / 64) * 36 * 64;
      const example = Uint8Array.from({ length: 36 }, (_, f) => data.bytes[block + f * 64 + (i % 64)]);
      const logits = [...predictor.predict(example).subarray(0, 3)];
      if (logits.indexOf(Math.max(...logits)) === data.bytes[64 * data.validation.labels + i]) correct++;
    }
    predictor.close();
    expect(correct / data.validation.count).toBe(accuracy);
  });

  it('goes on from a checkpoint with the bits of an uninterrupted training', () => {
    let run = startTraining(options);
    run.next();
    run.next();
    const saved = run.save();
    run.close();
    run = startTraining(options, saved);
    finish(run);
    expect(run.result().digest).toBe(digest);
    run.close();
  });

  it('goes back to an earlier iteration with its statistics', () => {
    const start = snapshots.get(12);
    expect(start?.[0].biases).not.toEqual(parameters[0].biases);
    if (start === undefined) return;
    // Momentum starts anew there, so the end is another one, but the same whenever it is done.
    const again = trained({ start, startIteration: 12, snapshotAt: [] });
    expect(again.digest).toBe(trained({ start, startIteration: 12, snapshotAt: [] }).digest);
  });

  it('has its statistics measured anew where nothing trained it: they alone change, whatever they were, on every backend', async () => {
    const tiny = network('tiny', { channels: 1, height: 3, width: 3 }, [
      convolution(2),
      batchNorm(),
      relu(),
      flatten(),
      dense(3),
    ]);
    const full = fullMasks(tiny);
    const begun = initialParameters(tiny, full, 'he-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });
    const few = syntheticData({ features: 9, classes: 3, train: 100, validation: 64, test: 64, seed: 4 });
    const of = { backend, network: tiny, masks: full, parameters: begun, data: few, seed: 1, trial: 0 };
    const [normalised, plain] = withMeasuredStatistics(of);
    expect(plain).toEqual(begun[1]);
    expect(normalised.weights).toEqual(begun[0].weights);
    expect(normalised.biases.slice(0, 4)).toEqual(begun[0].biases.slice(0, 4));
    for (let i = 4; i < 8; i++) expect(normalised.biases[i]).not.toBe(begun[0].biases[i]);

    const wrong = [{ ...begun[0], biases: begun[0].biases.map((value, i) => (i < 4 ? value : 9)) }, begun[1]];
    expect(withMeasuredStatistics({ ...of, parameters: wrong })).toEqual([normalised, plain]);
    for (const other of await availableBackends()) {
      expect(withMeasuredStatistics({ ...of, backend: other })).toEqual([normalised, plain]);
    }
  });

  it('is the same on every backend', async () => {
    for (const other of await availableBackends()) expect(trained({ backend: other }).digest).toBe(digest);
  });
});

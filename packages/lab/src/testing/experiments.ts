import { type DataSet, splitDataSet } from '@winnow/data';
import { dense, layOut, network, relu } from '@winnow/engine';
import type { DataIdentity } from '../cells/settings.js';
import type { Experiment } from '../experiment/experiment.js';
import { normaliseExperiment } from '../experiment/normalise.js';
import type { ExperimentInput } from '../experiment/schema.js';

/** 12 features, 3 classes; each class is bright at its own features. Enough to learn from in some steps. */
export function tinyData(seed = 1): DataSet {
  const examples = (count: number, first: number) => {
    const labels = Uint8Array.from({ length: count }, (_, i) => (first + i) % 3);
    const images = Uint8Array.from({ length: count * 12 }, (_, at) => {
      const feature = at % 12;
      const noise = ((at + first) * 2654435761 * seed) % 97;
      return (feature % 3 === labels[Math.floor(at / 12)] ? 100 : 0) + noise;
    });
    return { count, images, labels };
  };
  return {
    name: 'tiny',
    digest: `tiny ${seed}`,
    shape: [1, 3, 4],
    features: 12,
    classes: 3,
    scaling: { kind: 'unit' },
    train: examples(200, 0),
    test: examples(70, 5),
  };
}

export const tinyNetwork = network('tiny', 12, [dense(10), relu(), dense(3)]);

/** Trains in milliseconds on any backend. */
export function tinyInput(changes: Partial<ExperimentInput> = {}): ExperimentInput {
  return {
    network: tinyNetwork,
    data: tinyData(),
    split: { validation: 40 },
    recipe: { iterations: 60, evaluateEvery: 10, batch: 20 },
    pruning: { rounds: 2 },
    ...changes,
  };
}

export const tinyExperiment = (changes: Partial<ExperimentInput> = {}): Experiment =>
  normaliseExperiment(tinyInput(changes));

export const tinyIdentity: DataIdentity = {
  digest: 'tiny 1',
  scale: Math.fround(1 / 255),
  split: { validation: 40, stratified: false },
};

export const tinyLaidOut = () => layOut(tinyData(), splitDataSet(tinyData(), { seed: 1, ...tinyIdentity.split }));

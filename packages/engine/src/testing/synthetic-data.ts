import { fillUint32, randomStream, uint32At } from '@winnow/arithmetic';
import type { LaidOutData } from '../data/laid-out-data.js';
import { layOutExamples, type Selection } from '../data/lay-out-examples.js';

/** A small data set that can be learned: classes are bright at their own features, with noise and many zeros. */
export function syntheticData(of: {
  readonly features: number;
  readonly classes: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
}): LaidOutData {
  const { features, classes, seed } = of;
  const count = of.train + of.validation + of.test;
  const noise = new Uint32Array(count * features);
  fillUint32(randomStream({ kind: 'augmentation', seed, trial: 0, epoch: 0 }), noise);
  const labels = new Uint8Array(count);
  const images = new Uint8Array(count * features);
  const labelStream = randomStream({ kind: 'augmentation', seed, trial: 0, epoch: 1 });
  for (let example = 0; example < count; example++) {
    labels[example] = uint32At(labelStream, example) % classes;
    for (let f = 0; f < features; f++) {
      const random = noise[example * features + f];
      const bright = f % classes === labels[example] ? 120 : 0;
      const dim = random % 3 === 0 ? random >>> 26 : 0;
      images[example * features + f] = f % 7 === 6 ? 0 : bright + dim;
    }
  }
  const part = (first: number, size: number): Selection => ({
    images,
    labels,
    indices: Uint32Array.from({ length: size }, (_, i) => first + i),
  });
  return layOutExamples(
    { name: 'synthetic', digest: `synthetic ${seed}`, features, classes, scale: Math.fround(1 / 255) },
    {
      train: part(0, of.train),
      validation: part(of.train, of.validation),
      test: part(of.train + of.validation, of.test),
    },
  );
}

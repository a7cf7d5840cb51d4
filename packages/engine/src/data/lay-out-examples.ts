import { LANES } from '../contract.js';
import { type EvaluationSet, type LaidOutData, LINE_BYTES, type TrainingSet } from './laid-out-data.js';

/** Selection chosen from images (examples, features) u8 and labels (examples) u8, in the order of `indices`. */
export interface Selection {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly indices: Uint32Array;
}

/** Copies three sets into shared memory as the kernels read them: each part on 64-byte lines, with a spare line at the end. */
export function layOutExamples(
  description: Pick<LaidOutData, 'name' | 'digest' | 'features' | 'classes' | 'scale' | 'channels'>,
  sets: { readonly train: Selection; readonly validation: Selection; readonly test: Selection },
): LaidOutData {
  const { features } = description;
  let end = 0;
  const place = (bytes: number): number => {
    const line = end;
    end += Math.ceil(bytes / LINE_BYTES);
    return line;
  };
  const rows = ({ indices }: Selection): TrainingSet => ({
    count: indices.length,
    images: place(indices.length * features),
    labels: place(indices.length),
  });
  const blocks = ({ indices }: Selection): EvaluationSet => ({
    count: indices.length,
    images: place(Math.ceil(indices.length / LANES) * features * LANES),
    labels: place(indices.length),
  });
  const train = rows(sets.train);
  const validation = blocks(sets.validation);
  const test = blocks(sets.test);

  const bytes = new Uint8Array(new SharedArrayBuffer((end + 1) * LINE_BYTES));
  writeRows(bytes, train, sets.train, features);
  writeBlocks(bytes, validation, sets.validation, features);
  writeBlocks(bytes, test, sets.test, features);
  const lit =
    description.channels === undefined
      ? litFeatures(features, [sets.train, sets.validation, sets.test])
      : new Uint8Array(features).fill(1);
  return { ...description, bytes, lit, train, validation, test };
}

/** Which features some example lights. Only those that none has lit so far are looked at, and soon these are few. */
function litFeatures(features: number, sets: readonly Selection[]): Uint8Array {
  const lit = new Uint8Array(features);
  let dark = Array.from(lit.keys());
  for (const { images, indices } of sets) {
    for (const example of indices) {
      const image = example * features;
      let found = false;
      for (const feature of dark) {
        if (images[image + feature] === 0) continue;
        lit[feature] = 1;
        found = true;
      }
      if (found) dark = dark.filter((feature) => lit[feature] === 0);
    }
  }
  return lit;
}

function writeRows(bytes: Uint8Array, { images, labels }: TrainingSet, from: Selection, features: number): void {
  for (const [i, example] of from.indices.entries()) {
    const image = from.images.subarray(example * features, (example + 1) * features);
    bytes.set(image, images * LINE_BYTES + i * features);
    bytes[labels * LINE_BYTES + i] = from.labels[example];
  }
}

function writeBlocks(bytes: Uint8Array, { images, labels }: EvaluationSet, from: Selection, features: number): void {
  for (const [i, example] of from.indices.entries()) {
    const block = images * LINE_BYTES + Math.floor(i / LANES) * features * LANES;
    const image = example * features;
    for (let f = 0; f < features; f++) bytes[block + f * LANES + (i % LANES)] = from.images[image + f];
    bytes[labels * LINE_BYTES + i] = from.labels[example];
  }
}

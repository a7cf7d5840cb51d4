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
  const dark = Uint32Array.from(lit.keys());
  let left = features;
  for (const { images, indices } of sets) {
    for (let i = 0; i < indices.length && left > 0; i++) {
      const image = indices[i] * features;
      let kept = 0;
      for (let k = 0; k < left; k++) {
        const feature = dark[k];
        if (images[image + feature] === 0) dark[kept++] = feature;
        else lit[feature] = 1;
      }
      left = kept;
    }
  }
  return lit;
}

function writeRows(bytes: Uint8Array, { images, labels }: TrainingSet, from: Selection, features: number): void {
  for (let i = 0; i < from.indices.length; i++) {
    const example = from.indices[i];
    const image = from.images.subarray(example * features, (example + 1) * features);
    bytes.set(image, images * LINE_BYTES + i * features);
    bytes[labels * LINE_BYTES + i] = from.labels[example];
  }
}

/** Block by block, feature by feature: what is written follows itself, and the images of a block stay in the cache. */
function writeBlocks(bytes: Uint8Array, { images, labels }: EvaluationSet, from: Selection, features: number): void {
  const { indices } = from;
  const image = new Uint32Array(LANES);
  for (let first = 0; first < indices.length; first += LANES) {
    const size = Math.min(LANES, indices.length - first);
    for (let lane = 0; lane < size; lane++) {
      image[lane] = indices[first + lane] * features;
      bytes[labels * LINE_BYTES + first + lane] = from.labels[indices[first + lane]];
    }
    writeBlock(bytes, images * LINE_BYTES + first * features, from.images, image.subarray(0, size), features);
  }
}

function writeBlock(bytes: Uint8Array, place: number, images: Uint8Array, starts: Uint32Array, features: number): void {
  for (let f = 0; f < features; f++) {
    const row = place + f * LANES;
    for (let lane = 0; lane < starts.length; lane++) bytes[row + lane] = images[starts[lane] + f];
  }
}

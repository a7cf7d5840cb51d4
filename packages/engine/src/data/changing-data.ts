import { expf, randomStream, UserError, uint32At } from '@winnow/arithmetic';
import type { Backend } from '../backends/backend.js';
import type { Masks } from '../masks.js';
import type { ImageShape, Network } from '../network/network.js';
import type { Parameters } from '../parameters.js';
import { openPredictor } from '../prediction/predictor.js';
import { type LaidOutData, LINE_BYTES } from './laid-out-data.js';

/** A network that labels the training images anew. */
export interface Teacher {
  readonly backend: Backend;
  readonly network: Network;
  readonly masks: Masks;
  readonly parameters: Parameters;
  /** What its logits are divided by: above 1, its doubts count for more (Hinton et al. 2015, §2). */
  readonly temperature: number;
}

/** How the training images change from epoch to epoch (docs/arithmetic.md, "Changing data"). */
export interface DataChange {
  /** Every image is shifted by at most so many pixels, across and down; 0 for none. */
  readonly shift: number;
  /**
   * Labels are drawn from what it thinks of each image, so that the mean of the gradients is that of its soft labels. null for
   * the labels that the data has.
   */
  readonly teacher: Teacher | null;
}

/** Training data of its own, other in every epoch. Validation and test data stay as they are. */
export interface ChangingData {
  readonly data: LaidOutData;
  /** Lays out epoch `epoch`, 0 the first. The same epoch always has the same bytes. */
  toEpoch(epoch: number): void;
}

/** @throws UserError for a teacher of data whose channels are shifted, or a picture that is not the data's */
export function changingData(
  original: LaidOutData,
  picture: ImageShape,
  change: DataChange,
  of: { readonly seed: number; readonly trial: number },
): ChangingData {
  const { features, train } = original;
  const { channels, height, width } = picture;
  const { teacher } = change;
  if (channels * height * width !== features)
    throw new UserError(`An image of ${features} values is no picture of ${channels} × ${height} × ${width}.`);
  if (teacher !== null && original.channels !== undefined)
    throw new UserError(`"${original.name}" is scaled channel by channel, which distilling does not know.`);
  const bytes = new Uint8Array(new SharedArrayBuffer(original.bytes.length));
  bytes.set(original.bytes);
  const imagesAt = train.images * LINE_BYTES;
  const images = bytes.subarray(imagesAt, imagesAt + train.count * features);
  const labels = bytes.subarray(train.labels * LINE_BYTES, train.labels * LINE_BYTES + train.count);
  const before = original.bytes.subarray(imagesAt, imagesAt + train.count * features);
  return {
    data: { ...original, bytes, lit: dilated(original.lit, picture, change.shift) },
    toEpoch(epoch) {
      if (change.shift > 0) {
        const stream = randomStream({ kind: 'augmentation', ...of, epoch });
        const span = 2 * change.shift + 1;
        for (let image = 0; image < train.count; image++) {
          const draw = uint32At(stream, image) % (span * span);
          const place = image * features;
          shiftPicture(
            before,
            images,
            place,
            picture,
            (draw % span) - change.shift,
            Math.floor(draw / span) - change.shift,
          );
        }
      }
      if (teacher !== null) drawLabels(teacher, original, images, labels, { ...of, epoch });
    },
  };
}

/** Moves a picture to the right and down; what comes in is 0. */
function shiftPicture(
  from: Uint8Array,
  to: Uint8Array,
  place: number,
  { channels, height, width }: ImageShape,
  across: number,
  down: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = place + (channel * height + y) * width;
      const source = y - down;
      for (let x = 0; x < width; x++) {
        const column = x - across;
        const inside = source >= 0 && source < height && column >= 0 && column < width;
        to[row + x] = inside ? from[place + (channel * height + source) * width + column] : 0;
      }
    }
  }
}

/** Where something may be lit once pictures are shifted. */
function dilated(lit: Uint8Array, { channels, height, width }: ImageShape, shift: number): Uint8Array {
  if (shift === 0) return lit;
  return Uint8Array.from(lit, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const channel = Math.floor(i / (width * height));
    for (let dy = -shift; dy <= shift; dy++) {
      for (let dx = -shift; dx <= shift; dx++) {
        const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
        if (channel < channels && inside && lit[i + dy * width + dx] === 1) return 1;
      }
    }
    return 0;
  });
}

const EXAMPLES_AT_ONCE = 512;

function drawLabels(
  { backend, network, masks, parameters, temperature }: Teacher,
  { features, scale, train }: LaidOutData,
  images: Uint8Array,
  labels: Uint8Array,
  of: { readonly seed: number; readonly trial: number; readonly epoch: number },
): void {
  const stream = randomStream({ kind: 'distilled-labels', ...of });
  const predictor = openPredictor({ backend, network, masks, parameters, scale, batch: EXAMPLES_AT_ONCE });
  const { classes } = network;
  const weights = new Float32Array(classes);
  try {
    for (let first = 0; first < train.count; first += EXAMPLES_AT_ONCE) {
      const count = Math.min(EXAMPLES_AT_ONCE, train.count - first);
      const logits = predictor.predict(images.slice(first * features, (first + count) * features));
      for (let i = 0; i < count; i++) {
        const own = logits.subarray(i * classes, (i + 1) * classes);
        const most = own.reduce((a, b) => Math.max(a, b));
        let sum = 0;
        for (let label = 0; label < classes; label++) {
          weights[label] = expf(Math.fround((own[label] - most) / temperature));
          sum += weights[label];
        }
        let left = (uint32At(stream, first + i) / 0x1_0000_0000) * sum;
        let label = 0;
        while (label < classes - 1 && left >= weights[label]) left -= weights[label++];
        labels[first + i] = label;
      }
    }
  } finally {
    predictor.close();
  }
}

import { createHash } from 'node:crypto';
import { UserError } from '@winnow/arithmetic';
import type { DataSet, Examples } from './dataset.js';
import { type IdxBytes, parseIdxImages, parseIdxLabels } from './idx.js';
import type { IdxFiles } from './idx-files.js';
import { grouped } from './text.js';

/**
 * Makes one data set of four files. The classes are counted from the training labels. The images stay where they were
 * read; nothing is copied.
 *
 * @throws UserError if a file is wrong in itself, or they do not fit each other
 */
export function assembleDataSet(name: string, files: IdxFiles): DataSet {
  const train = readExamples(files['train-images-idx3-ubyte'], files['train-labels-idx1-ubyte']);
  const test = readExamples(files['t10k-images-idx3-ubyte'], files['t10k-labels-idx1-ubyte']);
  requireSameShape(train, test, files['t10k-images-idx3-ubyte']);
  const classes = 1 + train.labels.reduce((largest, label) => Math.max(largest, label), 0);
  if (classes === 1) {
    const { path, remedy } = files['train-labels-idx1-ubyte'];
    throw new UserError(`${path} labels every image 0, and one class leaves nothing to learn. ${remedy}`);
  }
  requireLabelsBelow(classes, test.labels, files['t10k-labels-idx1-ubyte']);
  return dataSetOf({ name, shape: [1, train.height, train.width], classes, train, test });
}

/** A data set of parts that fit each other, with the digest of its bytes. Values are scaled to 0 … 1. */
export function dataSetOf(parts: Pick<DataSet, 'name' | 'shape' | 'classes' | 'train' | 'test'>): DataSet {
  const { name, shape, classes } = parts;
  const plain = ({ count, images, labels }: Examples): Examples => ({ count, images, labels });
  const [train, test] = [plain(parts.train), plain(parts.test)];
  const features = shape[0] * shape[1] * shape[2];
  const digest = digestOfExamples([train, test]);
  return { name, digest, shape, features, classes, scaling: { kind: 'unit' }, train, test };
}

interface ShapedExamples extends Examples {
  readonly height: number;
  readonly width: number;
}

function readExamples(imagesFile: IdxBytes, labelsFile: IdxBytes): ShapedExamples {
  const { count, height, width, values } = parseIdxImages(imagesFile);
  const labels = parseIdxLabels(labelsFile);
  if (labels.length !== count) {
    throw new UserError(
      `${labelsFile.path} has ${grouped(labels.length)} labels for the ${grouped(count)} images of ${imagesFile.path}. ${labelsFile.remedy}`,
    );
  }
  return { count, height, width, images: values, labels };
}

function requireSameShape(train: ShapedExamples, test: ShapedExamples, { path, remedy }: IdxBytes): void {
  if (train.height === test.height && train.width === test.width) return;
  throw new UserError(
    `${path} has images of ${test.height} × ${test.width}, but the training images are ${train.height} × ${train.width}. ${remedy}`,
  );
}

function requireLabelsBelow(classes: number, labels: Uint8Array, { path, remedy }: IdxBytes): void {
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new UserError(
    `${path} has the label ${labels[wrong]} at position ${grouped(wrong)}, but the training labels go from 0 to ${classes - 1}. ${remedy}`,
  );
}

/** SHA-256 over images and labels, part after part: what identifies data. */
export function digestOfExamples(parts: readonly Examples[]): string {
  const hash = createHash('sha256');
  for (const { images, labels } of parts) hash.update(images).update(labels);
  return hash.digest('hex');
}

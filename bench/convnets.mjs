/** The convolutional networks of the bench: their shapes, weights and pictures, which every program reads. */
import { BATCH, uniform } from './lenet.mjs';

export const PICTURE = { channels: 3, side: 32, values: 3 * 32 * 32 };
/** Made-up pictures: as many as some batches take. */
const PICTURES = 600;
/** What a byte b becomes: b ÷ 255 × 4 − 2, about as wide as a standardised picture. */
export const STANDARD = { factor: 4, shift: -2 };

/** Frankle & Carbin 2019, figure 2: pairs of 3 × 3 convolutions, a pooling after each pair, then dense layers. */
const PAIRS = { 'conv-2': [64], 'conv-4': [64, 128], 'conv-6': [64, 128, 256] };
export const NETWORKS = Object.keys(PAIRS);

/** Weight layers of a network: { shape: (outputs, inputs, kernel, kernel) or (outputs, inputs) }. */
export function layersOf(network) {
  const layers = [];
  let [channels, side] = [PICTURE.channels, PICTURE.side];
  for (const outputs of PAIRS[network]) {
    layers.push({ shape: [outputs, channels, 3, 3] }, { shape: [outputs, outputs, 3, 3] });
    [channels, side] = [outputs, side / 2];
  }
  return [...layers, { shape: [256, channels * side * side] }, { shape: [256, 256] }, { shape: [10, 256] }];
}

export const weightsIn = ({ shape }) => shape.reduce((product, size) => product * size, 1);

/** Weights (outputs first), then biases, layer after layer: Glorot-scaled, `density` of them left at random places, the others 0. */
export function makeConvolutionWeights(network, density, seed = 1) {
  const next = uniform(seed);
  const parts = layersOf(network).map((layer) => {
    const { shape } = layer;
    const taps = shape.length === 4 ? shape[2] * shape[3] : 1;
    const width = Math.sqrt(6 / ((shape[0] + shape[1]) * taps));
    const values = new Float32Array(weightsIn(layer) + shape[0]);
    const isOutput = shape[0] === 10;
    const kept = isOutput ? Math.sqrt(density) : density;
    for (let position = 0; position < weightsIn(layer); position++) {
      const value = width * (2 * next() - 1);
      if (next() < kept) values[position] = value || width / 2;
    }
    return values;
  });
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The same layer by layer: [{ weight, bias }], views. */
export function splitConvolutionWeights(network, values) {
  let offset = 0;
  const take = (count) => {
    offset += count;
    return values.subarray(offset - count, offset);
  };
  return layersOf(network).map((layer) => ({ weight: take(weightsIn(layer)), bias: take(layer.shape[0]) }));
}

/** { images: u8 (count, 3072), labels: u8 (count) }, the labels seen in the pictures' brightness. */
export function madeUpPictures() {
  const next = uniform(11);
  const images = new Uint8Array(PICTURES * PICTURE.values);
  const labels = new Uint8Array(PICTURES);
  for (let picture = 0; picture < PICTURES; picture++) {
    labels[picture] = Math.floor(10 * next());
    for (let value = 0; value < PICTURE.values; value++) {
      images[picture * PICTURE.values + value] = 10 * labels[picture] + Math.floor(150 * next());
    }
  }
  return { images, labels };
}

/** The first batch of them, as the check of every program takes it. */
export const batchOf = ({ images, labels }) => ({
  images: images.subarray(0, BATCH * PICTURE.values),
  labels: labels.subarray(0, BATCH),
});

/** The convolutional networks of the bench: their shapes, weights and pictures, which every program reads. */
import { BATCH, uniform } from './lenet.mjs';

export const PICTURE = { channels: 3, side: 32, values: 3 * 32 * 32 };
/** Made-up pictures: as many as some batches take. */
const PICTURES = 600;
/** What a byte b becomes: b ÷ 255 × 4 − 2, about as wide as a standardised picture. */
export const STANDARD = { factor: 4, shift: -2 };

/** Frankle & Carbin 2019, figure 2: pairs of 3 × 3 convolutions, a pooling after each pair, then dense layers. */
const PAIRS = { 'conv-2': [64], 'conv-4': [64, 128], 'conv-6': [64, 128, 256] };
/** Residual networks (He et al. 2016, §4.2): channels of each stage of three layers of two convolutions; the later stages halve the picture. */
const STAGES = { 'resnet-20': [16, 32, 64] };
export const NETWORKS = [...Object.keys(PAIRS), ...Object.keys(STAGES)];

/**
 * Weight layers of a network: { shape, places, normalised }, with shape (outputs, inputs, kernel, kernel) or (outputs, inputs), the pixels of its result, and
 * whether a batch norm follows in place of biases. Of a residual layer first those of the body, then its projection.
 */
export function layersOf(network) {
  return network in STAGES ? residualLayers(STAGES[network]) : pairedLayers(PAIRS[network]);
}

/** Whether batch norms follow its convolutions. */
export const isNormalised = (network) => network in STAGES;

function pairedLayers(pairs) {
  const layers = [];
  let [channels, side] = [PICTURE.channels, PICTURE.side];
  const add = (shape, places = 1) => layers.push({ shape, places, normalised: false });
  for (const outputs of pairs) {
    add([outputs, channels, 3, 3], side * side);
    add([outputs, outputs, 3, 3], side * side);
    [channels, side] = [outputs, side / 2];
  }
  add([256, channels * side * side]);
  add([256, 256]);
  add([10, 256]);
  return layers;
}

function residualLayers(stages) {
  const layers = [];
  let [channels, side] = [stages[0], PICTURE.side];
  const add = (outputs, inputs, kernel) => {
    layers.push({ shape: [outputs, inputs, kernel, kernel], places: side * side, normalised: true });
  };
  add(channels, PICTURE.channels, 3);
  for (const [stage, outputs] of stages.entries()) {
    if (stage > 0) side /= 2;
    for (let block = 0; block < 3; block++) {
      add(outputs, channels, 3);
      add(outputs, outputs, 3);
      if (channels !== outputs) add(outputs, channels, 1);
      channels = outputs;
    }
  }
  return [...layers, { shape: [10, channels], places: 1, normalised: false }];
}

export const weightsIn = ({ shape }) => shape.reduce((product, size) => product * size, 1);

/** Values beside the weights: biases, or scales and then shifts of the batch norm. */
const besideIn = ({ shape, normalised }) => (normalised ? 2 : 1) * shape[0];

/** Weights (outputs first), then biases (0) or scales (1) and shifts (0), layer after layer: Glorot-scaled, `density` of them left at random places, the others 0. */
export function makeConvolutionWeights(network, density, seed = 1) {
  const next = uniform(seed);
  const parts = layersOf(network).map((layer) => {
    const { shape } = layer;
    const taps = shape.length === 4 ? shape[2] * shape[3] : 1;
    const width = Math.sqrt(6 / ((shape[0] + shape[1]) * taps));
    const values = new Float32Array(weightsIn(layer) + besideIn(layer));
    if (layer.normalised) values.fill(1, weightsIn(layer), weightsIn(layer) + shape[0]);
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
  return layersOf(network).map((layer) => ({ weight: take(weightsIn(layer)), bias: take(besideIn(layer)) }));
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
